/** Ordinary talk about tickets. `{key}` and `{title}` are of a real ticket, `{name}` is the person spoken to. */
export const questions = [
  '{name}, are you on {key} or may I take it?', 'Does anybody remember why we wanted {key}? ({title})', '{key} has been open for a while. Still true?', 'Support asks about {key} again, what can I tell them?',
  'I have a half finished change for {key}, shall I throw it away?', '{name}: {key}, staging or production first?', 'Who can look over {key} today? It is about twenty lines', 'Is “{title}” the same thing as what Alpenlager reported?',
  'Can {key} wait until after the freeze?', '{name}, your comment on {key} made me laugh and then think. Can we talk for five minutes?', 'I need a second opinion on {key} before I paint myself into a corner', 'Reading {key}. “{title}” is a very polite description',
  'Did {key} make it into the notes for customers?', 'What is the smallest thing we could do for {key}?',
]; // prettier-ignore

export const replies = [
  'take it, I have not started on {key}', 'It is still true. I saw it happen on Monday', 'tell them next week and mean it', 'keep the tests, throw away the rest, that is what I would do with {key}',
  'Staging. We promised Hana', 'me, after lunch', 'No, that one was about printers. {key} is about us', 'It can wait. It has waited since autumn', 'five minutes are fine, come over or call', 'Send me the branch and I tell you in which corner you are',
  'It was politer before Inês edited it', 'Not yet, I add a line about {key}', 'An error message that does not lie. That would be enough for {key}', 'I asked the customer. They had forgotten about it, so low priority',
  'we tried that two years ago, the notes are in the wiki under the old name', 'yes, and please close the duplicate of {key} when you are at it',
]; // prettier-ignore

export const followUps = [
  'good, then I do that first thing tomorrow', 'thanks. Writing it into {key} so that it does not get lost', 'Understood. I owe you a coffee', 'ok, moving {key} to the next round', 'that was quicker than opening the ticket', 'Perfect, I tell support about {key}',
  'hm. I sleep over it', 'deal', 'I knew you would say that', 'then {key} stays as it is, and I write down why', 'Merged, deployed, forgotten. {key} is done', 'found it! It was a comma. {key} can be reviewed now',
]; // prettier-ignore

/** Stand-up notes: what was, what is, what is in the way. */
export const standup = {
  was: ['finished the tests for {key}', 'spent most of the day on the phone about {key}', 'reviewed {key} and two smaller things', 'cleaned up after {key}', 'paired with {name} on {key}', 'looked for the cause of {key}, found two', 'wrote the text for {key}', 'mostly meetings, a little {key}'],
  is: ['today {key}', 'today I continue with {key} until it is done or I am', 'today the second half of {key}', 'now on to {key}', 'today {key}, and the dentist at four', 'today I help {name} with {key}', 'today nothing but {key}', 'today reading up on {key}'],
  block: ['nothing in the way', 'I need ten minutes of {name}', 'waiting for a review', 'the test machine is slow again', 'no blockers', 'the freeze is in the way, rightly so', 'somebody please decide about the colours', 'I cannot reach the partner'],
}; // prettier-ignore

/** Lines of the deployment robot: service, version, outcome. */
export const services = [
  'planner-web',
  'slot-engine',
  'label-gateway',
  'partner-gateway',
  'ledger-service',
  'report-maker',
  'driver-app-api',
  'search-indexer',
];
export const deployOutcomes = [
  'deployed to staging in {n} s',
  'deployed to production in {n} s, health checks are green',
  'rolled back on staging after {n} s: a readiness check failed',
  'is waiting for a second approval since {n} minutes',
  'built in {n} s, {m} tests passed',
];

/** Small talk: an opening and what others say to it. */
export const smallTalk: string[][] = [
  ['Soup today is lentil. Again. I am not complaining, I am reporting', 'lentil is a food group', 'Third time this week, I keep a list', 'I had the other thing. Be glad about the lentils'],
  ['Who wants to come along to the noodle place at twelve?', 'me', 'Me too, if we are back by one', 'I bring my own chopsticks since the incident'],
  ['The coffee machine says “descale” and will not be talked out of it', 'press both buttons for five seconds', 'Now it says it in Italian', 'that is progress'],
  ['Somebody left half a tiramisu in the fridge with no name on it', 'it had a name on it, the name was under the tiramisu', 'I saw nothing', 'It was very good'],
  ['Did anybody see the fog over the canal this morning?', 'I saw it from inside, on my bicycle, unwillingly', 'Beautiful. My train thought so as well and stopped to look', 'photos please'],
  ['Friday quiz: which harbour has its own species of beetle?', 'Rotterdam?', 'no, and nobody has got it right yet', 'I say Trieste because I always say Trieste'],
  ['My daughter asked what I do. I said I move trucks that I never see', 'mine thinks I am typing on a train', 'That is better than the description in my contract', 'Mine told the school that I sell doors'],
  ['The plant by the printer has a new leaf', 'it has had a hard winter', 'We should tell the plant people. They worry', 'I sing to it. Do not tell anybody'],
  ['Table football tonight? I have found the missing ball', 'where was it?', 'In the server room, and I do not want to know why', 'I am in, left side, no spinning'],
  ['Does anybody have a charger for an old phone? The wide one', 'third drawer, under the flags', 'Why do we have flags?', 'trade fair 2022. We had a theme'],
  ['It is raining sideways. I have learned something about my jacket', 'there is a hair dryer in the shower room', 'Bring a towel as well, the floor knows the rain already', 'working from the sofa today, greetings'],
  ['What is the rule about birthday cake again: who has the birthday brings it, or gets it?', 'brings it', 'Gets it in my country', 'both, to be on the safe side'],
  ['Reminder that the choir rehearses in Antwerp at five. The room, not the city', 'I came to the city once', 'We need one more bass', 'I can be low, if not in tune'],
  ['Found a pair of reading glasses next to the toaster', 'mine! I have been reading with my arms', 'They were warm', 'the toaster reads a lot'],
  ['Has anybody tried the new bakery at the bridge?', 'the one with the queue? The queue is good', 'Take the thing with poppy seed', 'they close at two and mean it'],
  ['I counted: eleven people in the meeting, four spoke, one decided', 'was it at least short?', 'It was a good decision though', 'who was the one?'],
  ['The window in the corner cannot be closed any more', 'it can, with the chair', 'Facility knows. Facility has always known', 'I moved my desk, problem solved'],
  ['Weekend plans? I am going to do nothing, and well', 'moving boxes in a wet cellar, long story', 'Football, then complaining about football', 'my parents come and inspect the flat'],
]; // prettier-ignore
