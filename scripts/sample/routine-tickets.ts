/** `project | component | type | title | text`: the ordinary work around the week's stories. */
export const routineTickets = `
DOCK|Yard map|Bug|Doors overlap on the yard map at 125 percent zoom|On laptops with a scaled display the numbers of neighbouring doors lie on top of each other. At 100 and 150 percent all is well.
DOCK|Yard map|Story|Show waiting trucks beside the gate|Gate staff want to see how many trucks stand outside. A small number at the gate is enough, no drawing of trucks please.
DOCK|Yard map|Bug|Map forgets the chosen hall after a reload|The hall is kept in memory only. It should be part of the address so that people can send each other links.
DOCK|Yard map|Task|Replace the old map tiles of Rotterdam|The customer has rebuilt the north side. New drawings are in the shared folder, scale one to two hundred.
DOCK|Yard map|Story|Colours that people with red-green blindness can tell apart|Late and blocked look the same to one driver in twelve. Patterns or letters in addition to colours would do.
DOCK|Yard map|Bug|Map test fails one time in fifteen|The test clicks before the tiles are drawn. Waiting for the last tile instead of half a second should cure it.
DOCK|Scheduling|Bug|Slot of zero minutes can be saved|Drag the lower edge to the upper one and save. The planner shows nothing, the carrier gets a confirmation.
DOCK|Scheduling|Story|Carriers report a late arrival themselves|A link in the confirmation lets the driver choose thirty, sixty or ninety minutes. The dock decides whether to keep the door.
DOCK|Scheduling|Story|Reserve a door for the cleaning crew|Cleaning is planned on paper and collides with trucks every other week. It needs a booking without a carrier.
DOCK|Scheduling|Bug|Weekly slots ignore the public holidays of Saxony|The calendar knows national holidays only. Reformation Day is a working day in the eyes of our software.
DOCK|Scheduling|Task|Remove the unused priority field from slots|Nobody has set it since 2023. It confuses new planners, who think that it does something.
DOCK|Scheduling|Bug|Undo after a swap restores one of the two slots|Swap two slots, press undo. The first goes back, the second stays where it is and both say confirmed.
DOCK|Scheduling|Story|Warn when a refrigerated truck is put on a door without power|Twelve doors have a socket for cooling units. The planner should know them and ask before it lets people choose another.
DOCK|Scheduling|Bug|Search for number plates fails on hyphens|M-AB 123 is found, MAB123 is not, and drivers write both. Normalise before comparing.
DOCK|Scheduling|Task|Measure how long the day view takes for large yards|Three customers have more than ninety doors. We guess that the day view takes four seconds there; we should know.
DOCK|Scheduling|Bug|Confirmation names the wrong gate after a change of hall|The text is made before the change is stored. Drivers arrive at the old gate and blame the guard.
DOCK|Scheduling|Story|Copy a whole day to the same weekday|Planners type Mondays again and again. Copying should skip doors that are closed on the target day.
DOCK|Scheduling|Bug|Time picker jumps by an hour on the last Sunday of March|Found while testing summer time. The picker shows 02:30, which does not exist on that day.
DOCK|Reports|Story|Utilisation per door and hour|A plain table is enough for the first version. Two customers asked for it in the same week.
DOCK|Reports|Bug|Report of late trucks counts cancelled ones|A cancelled booking has no arrival, and no arrival is counted as late. That makes the numbers look terrible.
DOCK|Reports|Task|Write down what “on time” means in each report|We have three definitions. Customers found two of them and sent us a drawing of the third.
DOCK|Reports|Bug|PDF cuts long carrier names in the middle|Names beyond thirty letters lose their end and the next column moves under them.
DOCK|Reports|Story|Send the weekly report on Monday at six|Today it leaves at midnight and lies under everything that comes after it.
DOCK|Billing|Bug|Credit notes have no number in the export|Bookkeeping of two customers refuses the file. The number exists, it is just not written.
DOCK|Billing|Task|Archive invoices older than ten years|The law asks for ten years and we keep fifteen. Finance has agreed in writing.
DOCK|Billing|Story|Show the price of a no-show before it is charged|People are surprised and then angry. A sentence in the confirmation costs us nothing.
DOCK|Billing|Bug|Swiss customers see the amount in euros|The currency follows the site of the planner and not the contract.
DOCK|Accounts|Bug|Invitation mail goes to the spam folder of two providers|The sender has no alignment for the tracking domain. We should stop tracking invitations anyway.
DOCK|Accounts|Story|Let a site manager see who may edit doors|Today only support can answer that question, three times a day.
DOCK|Accounts|Task|Delete accounts that were never used|There are 1,140 of them, some from a demo in 2021. Write to them once, then delete.
DOCK|Accounts|Bug|Signing out in one tab leaves the other one half alive|The second tab shows old data and saves nothing. It should notice and say so.
DOCK|Integration|Story|Accept arrival messages from gate cameras|Two vendors, two formats, both simple. The plate and the time are all we need.
DOCK|Integration|Bug|Webhook is repeated for ever when the answer is 410|Gone means gone. We have been knocking on the door of a closed company since November.
DOCK|Integration|Task|Publish the limits of the interface|Partners discover them by being refused. One page with numbers will do.
DOCK|Integration|Bug|Umlauts arrive broken at the yard system of one partner|They expect an old character set and say so nowhere. Ask before we change anything for everybody.
DOCK|Integration|Story|Sandbox that forgets everything each night|Partners test with real doors because the sandbox is always full. It should be empty every morning.
DOCK|Audit log|Story|Record who moved a slot|First part of the audit log: who, when, from where to where. No screen yet.
DOCK|Audit log|Task|Decide how long entries are kept|Legal says three years, one customer says ten. Storage is cheap, promises are not.
DOCK|Audit log|Bug|Robot users appear as unknown|Imports and webhooks act under a technical name. The log should show which import it was.
DOCK|Release|Task|Release notes in Danish and French|Two large customers read neither English nor our minds. Translation is ordered.
DOCK|Release|Task|Film the new yard map for the help pages|Ninety seconds, no music, no mouse that circles things.
PLAT|Database|Task|Drop tables of the old slot engine|They have not been read since the summer. Make a dump, keep it for a year.
PLAT|Database|Bug|Nightly vacuum collides with the backup|Both start at one in the morning and then both are slow. Move one of them.
PLAT|Database|Task|Alert when replication lags by more than a minute|It has lagged twice this year and we learned it from a customer.
PLAT|Database|Story|Read-only user for the data team|They work with a dump from yesterday and ask about today.
PLAT|Build|Bug|Build cache fills the disk every second Friday|Nobody deletes anything. A limit of forty gigabytes per runner has been suggested.
PLAT|Build|Task|Update the base image before the end of its support|Support ends in April. Fourteen services use it, twelve of them without any change.
PLAT|Build|Bug|Tests pass without being run when the filter is misspelt|No test found should be an error. Two weeks of green that meant nothing.
PLAT|Build|Task|Show the slowest ten tests after each run|Three tests take a third of the time, and everybody has a theory which.
PLAT|Build|Story|Preview environment for each branch|Design wants to look before it is merged. One small machine per branch, gone after two days.
PLAT|Queue|Bug|Messages older than a day are retried for ever|They should go to the side queue after the fifth attempt, as the page says they do.
PLAT|Queue|Task|Dashboard for the side queue|We look into it when something smells. A number on the wall would be better.
PLAT|Queue|Task|Move confirmations to their own queue|A large import delays the confirmations of everybody else by minutes.
PLAT|Logging|Bug|Number plates appear in the access log|They are personal data in at least four countries. Mask them at the edge.
PLAT|Logging|Task|Keep debug logs for three days instead of thirty|They are nine tenths of the bill and nobody has opened one older than a day.
PLAT|Logging|Story|One identifier from click to database|Support pastes three numbers and we guess which of them belong together.
PLAT|Certificates|Task|Renew the certificate of the partner gateway|It ends on 19 March. The vendor needs four working days and a phone call.
PLAT|Certificates|Bug|Renewal job reports success without renewing|It greps for the word success in an error message that says no success.
PLAT|Ledger|Task|Property tests for sums of money|Adding in another order must not change the result. Cheap to write and overdue.
PLAT|Ledger|Bug|Ledger accepts a booking date in the year 0026|Somebody typed two digits. A date before the company existed should be refused.
PLAT|Search|Bug|Index is empty for five minutes after a restart|It is filled again from the start. A snapshot would bring it up in seconds.
PLAT|Search|Task|Retire the old search cluster|Two requests a day still go there, both from a monitoring check.
OPS|On-call|Task|Phone of the second on-call person is too old for the app|Order a new one, same number. The battery has given up as well.
OPS|On-call|Task|Write a page about restarting the partner gateway|It is done from memory, by two people, differently.
OPS|Monitoring|Bug|Disk alarm rings for a disk that was removed|Every night at three. The mount is gone, the rule is not.
OPS|Monitoring|Task|Quiet hours for warnings that can wait|Warnings about certificates that end in a month do not have to wake anybody.
OPS|Monitoring|Story|Public status page in three languages|Customers ask support whether they are the only ones. They would rather look it up.
OPS|Support desk|Task|Template for incident mails to customers|Every mail is written from scratch at night. Three paragraphs with gaps would help.
OPS|Support desk|Bug|Tickets from the phone system have no customer|The number is known in four out of five cases. Look it up when the call arrives.
OPS|Support desk|Task|Merge duplicate contacts of Castellane|There are four Brunos, and all of them are the same one.
OPS|Support desk|Story|Tell the caller how long the queue is|An honest number calms people more than music does.
OPS|Data centre|Task|Label the cables in rack 2-03|Some of the labels are in the handwriting of somebody who left in 2019.
OPS|Data centre|Task|Take inventory of spare disks|The list says six. The drawer says two and a banana.
OPS|Label gateway|Bug|Printer queue shows negative numbers|After a cancelled job the counter goes below zero and stays there until the next restart.
OPS|Label gateway|Task|Update the firmware of printers at Pinewick|Forty-four printers, most of them reachable from here. The other six need a visit.
OPS|Label gateway|Story|Print a test label after each change of settings|Crews do that by hand anyway, with real labels and real numbers.
OPS|Network|Bug|Guest network reaches the printer subnet|Found by accident by a visitor who printed his boarding pass.
OPS|Network|Task|Second line for the office in Lyon|The first one was cut by an excavator in January, and it was not the last excavator.
MOB|Scanner app|Bug|Torch stays on after a scan in the dark|It eats the battery of a shift in two hours. Switch it off after ten seconds.
MOB|Scanner app|Bug|Damaged codes are read as another number|The checksum is ignored for one of the four formats. Refuse instead of guessing.
MOB|Scanner app|Story|Larger buttons for gloves|Freezer crews wear gloves all day. Buttons of eleven millimetres are too small.
MOB|Scanner app|Story|Sound that says wrong door|A second tone, lower than the first. The dock is loud and nobody looks at the screen.
MOB|Scanner app|Bug|App asks for the language at every start on one model|The setting is written to a place that this model clears.
MOB|Scanner app|Task|Drop support for the oldest handheld|Eleven devices are left, and their owner has ordered new ones.
MOB|Scanner app|Bug|Scan is sent twice when the network returns|The list is sent on reconnect and on timer. Whoever comes first should take it.
MOB|Driver app|Story|Show the way from the gate to the door|Drivers stop in the middle of the yard to ask. A line on a map is enough.
MOB|Driver app|Bug|Push message arrives after the truck has left|The provider holds messages back for phones that sleep. Use the urgent class for doors.
MOB|Driver app|Task|Ask fewer questions at registration|Name, plate, carrier. The rest is curiosity.
MOB|Driver app|Bug|Polish letters are lost in the driver’s name|The font of the badge has no ł. Choose one that does.
MOB|Driver app|Story|Choose a shower slot along with the door|Asked for by drivers, three times, and laughed at, three times. It is a good idea.
MOB|Design|Task|Icons for the new yard map|Sixteen icons, two sizes. Forklift must not look like a giraffe this time.
MOB|Design|Task|Dark mode for the night shift|The white screen blinds people who step out of a dark hall.
MOB|Design|Bug|Grey text on grey ground in the settings|Contrast is 2.1 to one. It should be at least four and a half.
MOB|Design|Story|One page that explains the colours|New people ask every time. The page could be printed and put next to the screen.
DOCK|Yard map|Task|Measure the new map on the slow tablets of the gate|They are six years old and will not be replaced this year.
DOCK|Scheduling|Bug|Two planners can edit the same slot at once|The later one wins and the earlier one never learns. At least say that somebody else has it open.
DOCK|Reports|Task|Move the old report archive to cheaper storage|Nine hundred gigabytes, opened four times last year.
PLAT|Build|Task|Pin the version of the linter|It updates itself on Tuesdays and everybody learns new rules on Wednesdays.
PLAT|Queue|Bug|Side queue drops messages above one megabyte|They vanish without a line in any log. Large yard plans are that large.
DOCK|Yard map|Story|Print the map on one sheet for the night guard|He does not want a tablet, he wants a sheet with a clip. Black and white, doors large.
DOCK|Integration|Task|Tell partners about the new header three months ahead|Two of them read release notes, the others need a mail and then a call.
DOCK|Accounts|Story|Sign in with a badge at the gate terminal|Typing a password with a queue of trucks behind you is nobody’s idea of security.
DOCK|Billing|Task|Test invoices in all seven currencies|We test euros and hope for the others. The Hungarian forint has no cents to round.
DOCK|Audit log|Story|Filter the log by door|People look for a door and a day. Everything else is for later.
PLAT|Database|Bug|Connection pool of reports is never returned after a timeout|After twenty timeouts the pool is empty and reports stop until somebody restarts them.
PLAT|Ledger|Story|Explain each amount with the bookings behind it|Finance asks where a number comes from about twice a week and waits for an answer for a day.
PLAT|Logging|Bug|Clock of runner-07 is four seconds ahead|Log lines of one request appear before the request. Nobody believed it until the drawing.
OPS|Network|Task|Replace the switch that hums|It has hummed since January and it hums lower every week.
OPS|Support desk|Bug|Answers by phone are not counted in the weekly numbers|A third of all answers is missing, and the chart looks as if we were on holiday.
MOB|Driver app|Story|Remember the last carrier|Nine in ten drivers drive for the same carrier all year and choose it from a list of two hundred each time.
MOB|Scanner app|Task|Try the new handheld with the cracked screen|The rental company wants to know whether it still scans. It does, if you hold it like a bird.
OPS|Monitoring|Task|Check from outside whether the login works|All checks are inside our own network, where of course everything works.
`
  .trim()
  .split('\n')
  .map((line) => {
    const [project = '', component = '', type = '', title = '', text = ''] = line.split('|');
    return { project, component, type: type as 'Bug' | 'Story' | 'Task', title, text };
  });

/** What people write under ordinary tickets; `{title}` is the ticket's own. */
export const ticketRemarks = [
  'I can take this after the release, not before.', 'Is there a customer waiting for it? If so, who?', 'Talked to the people who asked: a smaller version would already help them.',
  'Moved to this week because it keeps coming up in support.', 'The cause is older than I thought. There is a note about it in the code from three years ago.',
  'Half of it is done; the other half needs a decision by Inês.', 'Reviewed. Two small remarks, nothing that should stop it.', 'Cannot reproduce it on staging. Which browser was it?',
  'Reproduced on the second attempt, with the account of the customer.', 'Please add a test that fails without the change.', 'Tested on the slow tablet as well; fine.',
  'Estimate is two days, and I usually halve them wrongly.', 'Closing this; the last open point has its own ticket now.', 'Waiting for the answer of the partner since Monday.',
  'The text needs a native speaker. Mine sounds like a manual from 1987.', 'Done and deployed to staging. Have a look before I forget how it works.',
  'Let us not do this twice: I have written down what I found in the wiki.', 'Support has told the three customers who asked.', 'It is ugly but it is ugly in one place now.',
  'Blocked by the frozen branch, picking it up again on Monday.', 'Measured: 3.8 seconds before, 0.9 after.', 'Question for design: what should people see when there is nothing to see?',
]; // prettier-ignore
