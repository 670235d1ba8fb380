import { encode, enough, isoOf, someTime, type Truth, type World } from './world';

/** Options of `Intl` that give the long form which Takeout writes. */
const long = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit', timeZone: 'UTC' } as const; // prettier-ignore

export function generateChat(world: World): { files: Map<string, Buffer>; truth: Truth } {
  const { random, options } = world;
  const truth: Truth = { records: new Map(), broken: 0 };
  const locale = random.pick(['en-US', 'en-GB', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'ja', 'fi', 'pl', 'ru']);
  const format = new Intl.DateTimeFormat(locale, long);
  const rooms = options.bytes === undefined ? 3 : 1;
  const files = new Map<string, Buffer>();
  for (let room = 1; room <= rooms; room++) {
    const texts: string[] = [];
    const before = truth.records.size;
    const goal = room === rooms ? options.count : Math.floor((options.count * room) / rooms);
    for (let bytes = 0; options.bytes === undefined ? truth.records.size < goal : !enough(world, 0, bytes);) {
      const text = message(world, truth, room, before + texts.length, (timeMs) => `${format.format(timeMs)} UTC`);
      texts.push(text);
      bytes += Buffer.byteLength(text) + 2;
    }
    if (options.withBroken && room === 1) {
      texts.splice(
        Math.floor(texts.length / 2),
        0,
        '{"creator":{"name":"x"},"created_date":"Monday, March 2, 2026 at 9:15:23 AM UTC","text":"never ends,"topic_id":"t"}',
      );
      truth.broken++;
    }
    const folder = `Groups/Space ${room}${options.seed}`;
    files.set(`${folder}/messages.json`, encode(`{"messages":[${texts.join(',\n')}]}`, random.pick(['utf8', 'bom'])));
    files.set(`${folder}/group_info.json`, Buffer.from(JSON.stringify({ name: `Room ${room}`, members: [] })));
  }
  return { files, truth };
}

function message(world: World, truth: Truth, room: number, index: number, dateOf: (timeMs: number) => string): string {
  const { random, people, projects, options } = world;
  const timeMs = someTime(random);
  const who = random.pick(people);
  const id = `R${room}${options.seed}/t${index >> 2}/m${index}`;
  const says = `${random.sentence()} (${index})`;
  const text = random.chance(0.3) ? `${says} ${random.pick(projects)}-${random.int(1, 50)} "quoted" \\ {braces}` : says;
  const quotes = random.chance(0.1)
    ? { quoted_message_metadata: { creator: { name: 'someone' }, text: 'earlier' } }
    : {};
  truth.records.set(id, {
    id,
    at: isoOf(timeMs),
    activity: [isoOf(timeMs)],
    title: `Room ${room}`,
    says,
    people: [who.name],
  });
  return JSON.stringify(
    {
      creator: { ...who, user_type: 'Human' },
      created_date: dateOf(timeMs),
      text,
      topic_id: `t${index >> 2}`,
      message_id: id,
      ...quotes,
    },
    null,
    2,
  );
}
