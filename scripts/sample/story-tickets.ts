import type { StaffId } from './people';

export interface StoryTicket {
  key: string;
  type: 'Bug' | 'Story' | 'Task' | 'Incident' | 'Epic';
  status: 'To Do' | 'In Progress' | 'In Review' | 'Done' | 'Blocked';
  priority: 'Highest' | 'High' | 'Medium' | 'Low';
  title: string;
  reporter: StaffId;
  assignee: StaffId | null;
  /** Minutes are UTC. */
  created: string;
  updated: string;
  resolved?: string;
  labels: string[];
  component: string;
  text: string;
  comments: [who: StaffId, when: string, text: string][];
  links?: string[];
  due?: string;
}

/**
 * The tickets of the week's stories. `{mail:x}`, `{subject:x}` and `{chat:x}` become the id or subject of another
 * story's mail or chat message.
 */
export const storyTickets: StoryTicket[] = [
  { key: 'OPS-88', type: 'Incident', status: 'Done', priority: 'Highest', title: 'Label printing down at 61 sites', reporter: 'samuel', assignee: 'aoife', created: '2026-03-03T20:58', updated: '2026-03-04T16:20', resolved: '2026-03-03T22:31', labels: ['incident', 'labels'], component: 'Label gateway',
    text: 'From 20:52 to 22:31 UTC no label could be printed at 61 of 140 sites. Gateway label-gw-2 stopped answering at once, without a shutdown in its log, as if somebody had pulled the plug. Trucks were loaded by hand lists. Why the machine lost power is not known yet.',
    comments: [['aoife', '2026-03-03T21:20', 'label-gw-1 is fine and takes its own sites only. I am moving the rest of the sites over by hand, the failover script refuses because both gateways claim the same lease.'], ['aoife', '2026-03-03T22:35', 'All sites print again. The machine came back by itself at 22:24; the last sites reconnected at 22:31.'], ['otto', '2026-03-04T09:05', 'Please write the review before Friday and find out why it went dark. Somebody must have known something, a machine does not lose power twice a year for fun.'], ['aoife', '2026-03-04T16:20', 'Timeline is complete, discussion is in {chat:gw-cord}. Follow-ups: PLAT-131 and OPS-91.']], links: ['PLAT-131', 'OPS-91'] },
  { key: 'OPS-91', type: 'Task', status: 'In Progress', priority: 'High', title: 'Failover between label gateways must not need a person', reporter: 'aoife', assignee: 'aoife', created: '2026-03-04T10:15', updated: '2026-03-06T11:02', labels: ['incident-follow-up'], component: 'Label gateway',
    text: 'During the outage the script stopped because both gateways held the lease of the printing queue. The lease should expire after 30 seconds without a heartbeat, and the surviving gateway should take over the sites of the other one.',
    comments: [['tomasz', '2026-03-05T09:40', 'Thirty seconds is fine for printing. Do not reuse the lease table of bookings, that one has its own ideas about time.'], ['aoife', '2026-03-06T11:02', 'Prototype works in staging: unplugged the gateway four times, longest gap was 44 seconds.']], links: ['OPS-88'] },
  { key: 'PLAT-131', type: 'Task', status: 'To Do', priority: 'Low', title: 'Second power cord for rack 4-17', reporter: 'aoife', assignee: null, created: '2025-10-14T08:30', updated: '2026-03-04T16:22', labels: ['hardware', 'parked'], component: 'Data centre',
    text: 'The servers in rack 4-17 hang on one feed only. Meridian can run a second cord for a one-off fee of 640 EUR. Parked until the budget round of the third quarter.',
    comments: [['colm', '2025-10-20T12:10', 'Not in this year’s plan. Please bring it up again with the third-quarter numbers.'], ['aoife', '2026-03-04T16:22', 'I would like to bring it up a little earlier than that.']], links: ['OPS-88'] },
  { key: 'OPS-92', type: 'Task', status: 'To Do', priority: 'Medium', title: 'On-call rota for April has nobody in week 15', reporter: 'aoife', assignee: 'otto', created: '2026-03-02T10:40', updated: '2026-03-05T14:10', labels: ['rota'], component: 'On-call',
    text: 'Aoife is on leave from 6 to 12 April and Tomasz is at the trade fair. Week 15 is empty. We either pay the agency again or somebody new takes it.',
    comments: [['otto', '2026-03-05T14:10', 'Leave it open for a few days, there may be a better answer than the agency.']] },
  { key: 'DOCK-342', type: 'Bug', status: 'In Review', priority: 'Highest', title: 'Two carriers get the same door when a slot is moved across midnight', reporter: 'wanjiru', assignee: 'tomasz', created: '2026-02-26T08:05', updated: '2026-03-06T09:55', labels: ['customer', 'nordhavn', 'release-4.18'], component: 'Scheduling',
    text: 'Nordhavn reports trucks that stand at a door that is taken. We count 37 bookings in February where a recurring slot was moved over midnight and the door of the old day was not freed. It never happens with single slots.',
    comments: [['tomasz', '2026-03-02T15:30', 'Reproduced. It needs a recurring slot without a stored time zone; slots made in the planner always have one, so I do not see yet where theirs come from.'], ['devika', '2026-03-04T11:12', 'Test case added: it moves the slot at 23:55 local and checks both days.'], ['tomasz', '2026-03-06T09:55', 'Fix is in the release branch, reviewed by Devika. Nordhavn’s view of it is in {mail:nordhavn-claim}.']], links: ['DOCK-350'] },
  { key: 'DOCK-347', type: 'Bug', status: 'Done', priority: 'High', title: 'Slot export loses its last row beyond 500 rows', reporter: 'hana', assignee: 'devika', created: '2026-03-03T13:18', updated: '2026-03-05T12:45', resolved: '2026-03-05T12:40', labels: ['regression', 'release-4.18'], component: 'Reports',
    text: 'With 501 slots and more the CSV export ends one row too early. Up to 500 it is right. It worked in 4.17, so somebody changed the paging. Two customers feed this file to their yard systems.',
    comments: [['devika', '2026-03-04T08:50', 'Found it: the last page is flushed only when it is full. Fix is on branch export-tail.'], ['hana', '2026-03-05T12:40', 'Verified with 499, 500, 501 and 12,000 rows.']], links: ['DOCK-350'] },
  { key: 'DOCK-350', type: 'Epic', status: 'In Progress', priority: 'High', title: 'Release 4.18 "Gantry"', reporter: 'ines', assignee: 'ines', created: '2026-02-09T09:00', updated: '2026-03-06T15:35', labels: ['release-4.18'], component: 'Release',
    text: 'Scope: door conflicts across midnight, new yard map, carrier self-service for late arrivals, and the first part of the audit log. Planned go-live is Thursday 5 March, 15:00 UTC. Nothing else goes in.',
    comments: [['hana', '2026-03-03T13:25', 'Regression run: 214 of 216 pass. One failure is DOCK-347, the other a flaky map test.'], ['ines', '2026-03-06T15:35', 'Live. No alarms in the first half hour. Thank you all.']], links: ['DOCK-342', 'DOCK-347'], due: '2026-03-05' },
  { key: 'DOCK-355', type: 'Bug', status: 'In Progress', priority: 'High', title: 'Invoice totals are off by cents for split bookings', reporter: 'colm', assignee: 'devika', created: '2026-03-02T13:05', updated: '2026-03-05T15:50', labels: ['billing'], component: 'Billing',
    text: 'When a booking is split over two doors, the sum of its lines and the total of the invoice differ by up to three cents. First seen on invoice 20260228-17. Invoices of January are right.',
    comments: [['devika', '2026-03-04T14:30', 'Each line is rounded and then the sum is rounded again. Easy to mend, harder to say how many invoices went out like that.'], ['colm', '2026-03-05T15:50', 'I need a list of affected invoices before I write to anybody.']] },
  { key: 'PLAT-140', type: 'Task', status: 'In Progress', priority: 'High', title: 'Move the booking database to PostgreSQL 16', reporter: 'fatima', assignee: 'fatima', created: '2026-02-11T09:45', updated: '2026-03-03T09:30', labels: ['migration', 'maintenance'], component: 'Database',
    text: 'Window: Thursday 5 March, 02:00 UTC. Bookings are read-only while the data is copied; 40 minutes are planned. Rollback is the old cluster, which stays up for a week.',
    comments: [['fatima', '2026-03-03T09:30', 'Full rehearsal on a copy of production runs tonight.'], ['tomasz', '2026-03-02T16:45', 'The connection pool must be drained first or the old primary keeps accepting writes.']] },
  { key: 'PLAT-144', type: 'Task', status: 'Done', priority: 'Medium', title: 'Password reset links live for one hour only', reporter: 'devika', assignee: 'devika', created: '2026-02-17T10:20', updated: '2026-03-02T08:15', resolved: '2026-03-02T08:10', labels: ['security'], component: 'Accounts',
    text: 'Reset links were good for three days. They now end after 60 minutes and after first use. Went out with 4.17.3 on Monday morning.',
    comments: [['hana', '2026-03-02T08:10', 'Checked on production: second use and use after 61 minutes are both refused.']] },
  { key: 'MOB-58', type: 'Bug', status: 'In Review', priority: 'High', title: 'Scanner app forgets offline scans after its update', reporter: 'samuel', assignee: 'lars', created: '2026-02-25T14:00', updated: '2026-03-05T10:25', labels: ['customer', 'offline'], component: 'Scanner app',
    text: 'Handhelds that were offline during the update start with an empty list. The scans are not lost: they stay in the old folder of the app for 14 days and are deleted then. We need a build that picks them up.',
    comments: [['lars', '2026-03-03T16:40', 'The new build reads the old folder at its first start. Waiting for the store.'], ['samuel', '2026-03-05T10:25', 'Nordhavn asks every day. They have 19 handhelds with missing scans.']] },
  { key: 'MOB-61', type: 'Task', status: 'To Do', priority: 'Medium', title: 'Explain background location in the store listing', reporter: 'lars', assignee: 'yuki', created: '2026-03-04T09:50', updated: '2026-03-05T09:15', labels: ['store'], component: 'Scanner app',
    text: 'The review desk wants one sentence that says why the app asks for location while the screen is off. The reason is the geofence around the yard: it wakes the scanner at the gate.',
    comments: [['yuki', '2026-03-05T09:15', 'Text and a new screenshot are ready, in three languages.']], links: ['MOB-58'] },
  { key: 'DOCK-358', type: 'Story', status: 'In Progress', priority: 'Medium', title: 'Import keeps the time zone of recurring slots', reporter: 'tomasz', assignee: 'devika', created: '2026-03-04T13:40', updated: '2026-03-06T10:20', labels: ['import', 'nordhavn'], component: 'Scheduling',
    text: 'The planner writes a zone into every slot, the import does not. Rows without one should take the zone of the site and the import should say how many it filled in.',
    comments: [['devika', '2026-03-06T10:20', 'Works for new files. Old slots need a one-time repair, see {subject:kasper-import}.']], links: ['DOCK-342'] },
  { key: 'PLAT-147', type: 'Task', status: 'To Do', priority: 'Medium', title: 'Supplier notices go to the on-call mailbox', reporter: 'aoife', assignee: 'colm', created: '2026-03-05T08:30', updated: '2026-03-06T08:05', labels: ['incident-follow-up'], component: 'Data centre',
    text: 'Meridian, the carrier of our lines and the certificate vendor should write to the on-call mailbox, not to whoever signed the contract six years ago.',
    comments: [['colm', '2026-03-06T08:05', 'Two of the three are changed. The third wants a form with a stamp on it.']], links: ['OPS-88'] },
]; // prettier-ignore
