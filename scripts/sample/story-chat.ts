import type { StaffId } from './people';

export const spaces = {
  release: { name: 'Gantry release room', folder: 'Space AAQAgantry18' },
  ops: { name: 'On-call', folder: 'Space AAQAoncall00' },
  nordhavn: { name: 'Nordhavn escalation', folder: 'Space AAQAnordhavn' },
  platform: { name: 'Platform', folder: 'Space AAQAplatform' },
  mobile: { name: 'Scanner app', folder: 'Space AAQAscanner0' },
  kitchen: { name: 'Kitchen & small talk', folder: 'Space AAQAkitchen1' },
  ottoPetra: { name: '', folder: 'DM ottopetra01' },
} as const;

export type SpaceId = keyof typeof spaces;

export interface StoryTopic {
  space: SpaceId;
  /** Messages in order; minutes are UTC. `ref` lets others point at a message. */
  talk: [who: StaffId, when: string, text: string, ref?: string][];
}

/** The chat of the week's stories. `{mail:x}` becomes a message id, `{subject:x}` a subject in quotation marks. */
export const storyTopics: StoryTopic[] = [
  { space: 'ops', talk: [
    ['samuel', '2026-03-03T20:56', 'Phones are going mad. Label printing is dead at Pinewick, Castellane and half of Nordhavn'],
    ['aoife', '2026-03-03T20:57', 'on it. gw-2 does not even ping'],
    ['samuel', '2026-03-03T20:59', 'I opened OPS-88 so that we have one place for it'],
    ['aoife', '2026-03-03T21:14', 'failover script says both gateways own the lease. charming. going by hand, site by site'],
    ['otto', '2026-03-03T21:30', 'Do you need a second pair of hands?'],
    ['aoife', '2026-03-03T21:31', 'yes: take the list from the bottom, I come from the top, we meet at Pinewick'],
    ['aoife', '2026-03-03T22:26', 'gw-2 is BACK. by itself. uptime two minutes, so it really was without power'],
    ['samuel', '2026-03-03T22:33', 'Last site confirms. I am going to bed, wake me if it burns'] ] },
  { space: 'ops', talk: [
    ['otto', '2026-03-04T09:10', 'Aoife, why one machine and not the whole hall?'],
    ['aoife', '2026-03-04T09:18', 'because label-gw-2 sits in rack 4-17, and everything in that rack has a single cord. The other racks have two', 'gw-cord'],
    ['tomasz', '2026-03-04T09:21', 'so it is the rack from that old ticket of yours'],
    ['aoife', '2026-03-04T09:22', 'the very same. I did not want to be right about it'],
    ['colm', '2026-03-04T11:47', 'I have to confess something. The notices of the data centre go to my invoices folder. I read the one from Friday this morning, after the fact', 'colm-confession'],
    ['otto', '2026-03-04T11:52', 'Which one?'],
    ['colm', '2026-03-04T11:54', 'This one: {subject:colo-notice}. I thought it was a bill'],
    ['aoife', '2026-03-04T11:58', 'Colm, I sort mail by the look of it too. We change where they write to, that is all'] ] },
  { space: 'nordhavn', talk: [
    ['wanjiru', '2026-03-02T08:55', 'Mette has put a number on it: {mail:nordhavn-claim}. Please everybody read it before you answer anything'],
    ['gwen', '2026-03-02T09:03', 'She means it. They did the same to their lift supplier last year'],
    ['ines', '2026-03-02T09:20', 'DOCK-342 is now the first thing in the release. Tomasz, what do you need?'],
    ['tomasz', '2026-03-02T09:26', 'quiet, and a copy of their slots'],
    ['tomasz', '2026-03-02T15:33', 'reproduced. it takes a repeating slot with no zone in it. no idea how one gets a slot like that'],
    ['wanjiru', '2026-03-04T07:58', 'Kasper knows how: {mail:kasper-import}'],
    ['tomasz', '2026-03-04T08:02', 'of course. the import. I wrote that import. I am going for a walk'],
    ['devika', '2026-03-04T08:10', 'I take the import, you take the doors. Opened DOCK-358 for my half'],
    ['wanjiru', '2026-03-06T16:52', 'She withdraws. Read {subject:nordhavn-friday} and then go home, all of you'],
    ['gwen', '2026-03-06T16:55', 'I will buy the cake on Monday'] ] },
  { space: 'release', talk: [
    ['hana', '2026-03-03T13:28', 'Two red tests. One is the map and lies, the other is DOCK-347 and does not'],
    ['ines', '2026-03-03T13:35', 'How bad is the second one?'],
    ['hana', '2026-03-03T13:37', 'bad enough that I would not sign'],
    ['ines', '2026-03-04T10:05', 'Decision: because of DOCK-347 Gantry does not go out on Thursday. New time is Friday, 15:00 UTC', 'slip'],
    ['mateus', '2026-03-04T10:07', 'fine with me, the map enjoys another night of sleep'],
    ['wanjiru', '2026-03-04T10:12', 'Please not a minute later than that, I have a customer with a stopwatch'],
    ['otto', '2026-03-04T10:15', 'The rules for the branch are in {mail:freeze}'],
    ['hana', '2026-03-05T12:42', 'signed. 12,000 rows and not one is missing'],
    ['ines', '2026-03-06T14:58', 'Go?'],
    ['hana', '2026-03-06T14:58', 'go'],
    ['aoife', '2026-03-06T14:59', 'go from me, dashboards are open'],
    ['tomasz', '2026-03-06T14:59', 'go, and nobody breathe'],
    ['ines', '2026-03-06T15:34', 'Half an hour without an alarm. DOCK-350 is live, thank you'] ] },
  { space: 'platform', talk: [
    ['fatima', '2026-03-03T09:35', 'Rehearsal of PLAT-140 starts at 18:00. Please leave the copy alone tonight'],
    ['fatima', '2026-03-04T07:30', 'Rehearsal is through. The data is right, but the copy took 71 minutes and not what I had hoped for', 'rehearsal'],
    ['tomasz', '2026-03-04T07:41', 'indexes?'],
    ['fatima', '2026-03-04T07:44', 'two of them were built while copying. I can bring it down, not by Thursday though'],
    ['samuel', '2026-03-04T07:50', 'And Thursday night Castellane loads: {mail:castellane-loading}. They must be able to edit'],
    ['otto', '2026-03-04T08:05', 'Then not on Thursday. Fatima, the database moves on Sunday 8 March at 05:00 UTC instead', 'moved'],
    ['fatima', '2026-03-04T08:07', 'Sunday it is. I will bring croissants for whoever is awake'],
    ['aoife', '2026-03-04T08:09', 'awake, sadly'],
    ['fatima', '2026-03-08T06:02', 'The move is finished, 52 minutes, nothing lost. Old cluster stays until the 15th'] ] },
  { space: 'platform', talk: [
    ['devika', '2026-03-05T09:12', 'About the cents: rounding happens twice since ledger-service 2.9.0, and that went out on 19 February', 'ledger'],
    ['colm', '2026-03-05T09:20', 'So everything before that date is safe?'],
    ['devika', '2026-03-05T09:22', 'everything before is safe. I checked forty of them by hand'],
    ['otto', '2026-03-05T10:20', 'Quillmark has written again. I will book the re-test on 12 March, before that I have no minute', 'retest'],
    ['devika', '2026-03-05T10:31', 'There is less to test than they think, I believe'],
    ['tomasz', '2026-03-05T16:05', 'Who knows what PLAT-999 was? It is in a comment of the old deploy script and Jira has never heard of it', 'missing'],
    ['fatima', '2026-03-05T16:09', 'before my time. sounds like somebody made up a number to satisfy a hook'] ] },
  { space: 'mobile', talk: [
    ['lars', '2026-03-03T16:42', 'The version that picks up the lost scans is handed in, it is build 2291', 'build'],
    ['samuel', '2026-03-03T16:45', 'How long does the store take?'],
    ['lars', '2026-03-03T16:46', 'one day if they like us'],
    ['lars', '2026-03-04T06:20', 'they do not like us. reason is in {subject:store-rejection}'],
    ['yuki', '2026-03-05T08:30', 'I am back and upright. Is MOB-61 what you need from me?'],
    ['lars', '2026-03-05T08:33', 'exactly that. welcome back'],
    ['samuel', '2026-03-05T10:28', 'For the record: all scanners of Nordhavn took the update on 23 February, in one night', 'scanner-update'],
    ['lars', '2026-03-07T08:15', '2294 is accepted. On a Saturday. I take back everything'] ] },
  { space: 'ottoPetra', talk: [
    ['petra', '2026-03-04T18:40', 'The person we hoped for has said yes. Please act surprised when I announce it'],
    ['otto', '2026-03-04T18:52', 'I am already surprised. That solves a thing or two in April'],
    ['petra', '2026-03-05T08:20', 'Laptop, desk, key. Can you order the first one today?'],
    ['otto', '2026-03-05T08:24', 'Ordered. It comes with the wrong keyboard, as tradition demands'],
    ['petra', '2026-03-06T09:10', 'And we should look at the salary draft before Tuesday, the two of us and Colm'] ] },
]; // prettier-ignore
