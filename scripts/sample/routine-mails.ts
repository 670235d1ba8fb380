/** Newsletters and circulars: noise that a reader of the mailbox has to see through. */
export const newsletters = [
  { from: 'Yard & Gate Weekly', email: 'letter@yardandgate.example', subjects: ['Five things about pallets', 'Who still uses paper?', 'The quiet comeback of the tram', 'A fork is not a fork'],
    lines: ['Ports along the North Sea moved four percent more boxes than a year ago.', 'A reader from Trieste has measured how long drivers wait: 71 minutes in the median.', 'Our long read: why the standard pallet won and the better pallet lost.', 'Next week we visit a cold store that heats a swimming pool.', 'The trade fair in Basel has sold its last booth.', 'New rules for night deliveries are being discussed in three capitals.', 'Letters to the editor were about gates this week, only gates.', 'A small carrier explains how it went without subcontractors for a year.'] },
  { from: 'Kubik Cloud', email: 'hello@kubikcloud.example', subjects: ['Your February in numbers', 'New regions, same prices', 'Join our webinar on backups', 'Storage classes explained'],
    lines: ['You used eleven machines and left two of them idle.', 'From April on, object storage is billed by the hour.', 'Our support now answers in Polish as well.', 'The webinar lasts forty minutes and includes questions.', 'Deleting a backup now takes two people, if you want it that way.', 'We have retired the oldest generation of disks.', 'Invite a colleague and both of you get a credit of ten euros.', 'The status page has moved to its own domain.'] },
  { from: 'Bureau Plantes', email: 'bonjour@bureauplantes.example', subjects: ['Your office plants in March', 'Repotting time', 'Do not water the cactus', 'A fern is looking for a desk'],
    lines: ['Water less than you think and more often than you do.', 'The rubber plant on your second floor was seen with a coffee cup in it.', 'In March the light changes; turn the pots by a quarter.', 'Our gardeners come on the second Thursday.', 'Yellow leaves are not a reproach, they are a message.', 'The orchid by the printer blooms, against all advice.', 'Please leave the window behind the monstera closed.', 'Spring offer: three herbs for the kitchen, unlabelled.'] },
  { from: 'Podium Learning', email: 'courses@podiumlearning.example', subjects: ['Seats left in two courses', 'Speak so that people listen', 'Excel for people who hate Excel', 'Certificates are ready'],
    lines: ['The course on difficult conversations has two seats left.', 'Participants bring one slide and leave with none.', 'Our trainer for spreadsheets cried only once last year.', 'Early booking ends on the 15th.', 'Groups of five pay for four.', 'The certificate of last autumn can be downloaded now.', 'New: an hour about writing short mails. This one is too long already.', 'Bring a laptop and something that does not work.'] },
]; // prettier-ignore

/** Alerts of the monitoring service; `{n}` is a number. */
export const alerts = [
  [
    'Disk usage on {host} is {n} percent',
    'The data volume of {host} has passed its threshold. It has grown by {m} gigabytes since yesterday.',
  ],
  [
    'Latency of {host} above {n} ms',
    'The 95th percentile was {n} ms over ten minutes. The usual value at this time of day is {m} ms.',
  ],
  [
    'Certificate check of {host}',
    'The certificate that {host} presents is valid for another {n} days. {m} checks ran today.',
  ],
  [
    'Recovered: {host} answers again',
    'After {n} failed checks {host} answers again. The interruption lasted {m} seconds.',
  ],
  ['Queue of {host} has {n} messages', 'The queue holds {n} messages; the oldest waits for {m} seconds.'],
  ['Backup of {host} took {n} minutes', 'The nightly backup ended without errors and has {m} gigabytes.'],
] as const;

export const hosts = [
  'booking-db-1',
  'booking-db-2',
  'label-gw-1',
  'partner-gw',
  'search-3',
  'queue-a',
  'queue-b',
  'web-lyon',
  'web-hamburg',
  'reports-1',
  'ledger-2',
  'runner-07',
];

/** Questions that customers send to support: opening, problem, wish. */
export const customers = [
  { name: 'Ragna Thorvik', email: 'ragna@fjordkai.example', company: 'Fjordkai Terminal' }, { name: 'Emeka Duru', email: 'e.duru@palmgate.example', company: 'Palmgate Depots' },
  { name: 'Lucie Hamelin', email: 'lucie.hamelin@entrepot-hamelin.example', company: 'Entrepôt Hamelin' }, { name: 'Gernot Pichler', email: 'pichler@alpenlager.example', company: 'Alpenlager' },
  { name: 'Oona Virtasalo', email: 'oona@satamatie.example', company: 'Satamatie' }, { name: 'Dario Benvenuti', email: 'd.benvenuti@portofranco.example', company: 'Portofranco' },
  { name: 'Marta Zielonka', email: 'marta@zielonka-transport.example', company: 'Zielonka Transport' }, { name: 'Teun van Aerden', email: 'teun@kade14.example', company: 'Kade 14' },
]; // prettier-ignore

export const customerProblems = [
  [
    'Door {n} does not show up',
    'since the change of our contract door {n} is missing in the planner, although trucks use it every day',
  ],
  [
    'Can we have another {n} accounts?',
    'we have hired for the spring and need {n} more accounts, all of them for gate staff',
  ],
  [
    'Drivers get the confirmation {n} times',
    'one carrier says that every confirmation reaches the drivers {n} times; we see only one in the log',
  ],
  [
    'Report from the {n}th is empty',
    'the report of the {n}th has headings and nothing below them, while the day itself was full',
  ],
  [
    'How do I close a hall for {n} days?',
    'we repaint the floor and have to close one hall for {n} days without losing the repeating slots',
  ],
  [
    'Label is {n} millimetres too wide',
    'our new labels are {n} millimetres narrower and the last digit is printed on the table',
  ],
  [
    'Training for {n} planners',
    'could somebody show the new map to {n} of our planners, best on a Tuesday before the early shift',
  ],
  [
    'Gate opens {n} minutes late',
    'the gate reacts to arrivals with a delay of {n} minutes since the weekend, and the queue reaches the road',
  ],
  [
    'Time zone of our site in row {n}',
    'in the list of sites, row {n}, the zone is wrong by an hour, which explains a great deal',
  ],
  [
    'Thank you, and {n} questions',
    'the late arrivals work nicely; I have collected {n} questions of our crew, none of them urgent',
  ],
] as const;

export const closings = [
  'A short answer is enough.',
  'We can live with it until next week.',
  'Please call before ten, the afternoons are loud.',
  'It is not urgent but it is embarrassing.',
  'My colleague reads this mailbox as well.',
  'I attach nothing because the system would not let me.',
  'If it is our own mistake, just say so.',
  'Greetings from a wet yard.',
  'We have told the drivers to be patient, which they are not.',
  'This is the second time I ask, kindly.',
];

export const supportAnswers = [
  'I have looked at it together with a colleague and we can see the same.',
  'That was a setting on our side; it is changed, please reload the page once.',
  'I have written it down for the product team and will tell you what they say.',
  'This comes with the version that goes out on Friday.',
  'Could you send me the number of one booking where it happened?',
  'It works as designed, and I agree that the design is odd.',
  'Done. It can take a quarter of an hour until every screen shows it.',
  'We would like to look at it by screen sharing; tomorrow at nine or at two?',
];

/** Circulars and small things that colleagues write: subject and text. */
export const circulars = [
  ['Fire drill on Thursday', 'The bell rings at eleven. Please walk down, do not finish your sentence, and bring your jacket. Last year it rained.'],
  ['Lift out of order', 'The left lift is being repaired until Friday. The right one is being itself.'],
  ['Lost: a grey scarf', 'It was on the hook by the meeting room called Antwerp. It has sentimental value and a small hole.'],
  ['New coffee, old machine', 'The beans come from a different roaster from now on. Please complain to the machine and not to me.'],
  ['Expense reports for February', 'Please hand them in by the tenth. Tickets of the tram count, parking fines still do not.'],
  ['Who parked in front of the bicycle room?', 'A blue van blocks eleven bicycles. Their owners are polite so far.'],
  ['Visit of a school class', 'On Wednesday twenty children will look at how software is made. Please make some while they are here.'],
  ['Minutes of the design round', 'We agreed on the order of the menu and on nothing else. Next meeting in two weeks, with fewer people.'],
  ['Holiday plan for Easter', 'Please enter your days by Friday. At the moment the company is empty on the second of April.'],
  ['Book club', 'We have read a novel about a lighthouse and disagree about the lighthouse. Next one is short, promised.'],
  ['Parcel for Tomasz', 'It is heavy, it ticks slightly and it stands at the reception.'],
  ['Heating on the second floor', 'The technician was here and left with the same look as last time. Bring a jumper on Monday.'],
  ['Running group', 'We start on Tuesday at half past six from the canal. The pace is that of the slowest, which is me.'],
  ['Survey about the open plan', 'Thirty-one answers so far, twenty-nine of them about noise and two about the plants.'],
  ['Blood donation', 'The bus stands in the yard next week. You get a sandwich and a good feeling.'],
  ['Old screens to give away', 'Nine screens, all working, none of them beautiful. First come, first served.'],
  ['Recycling', 'Paper is the blue bin. The bin with the hole is not for paper, it is for the roof.'],
  ['Photographs for the web page', 'The photographer comes on Thursday afternoon. Stripes are difficult, she says.'],
] as const; // prettier-ignore
