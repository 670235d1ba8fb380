import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { patternNames, type PatternName } from '../../contracts/names';
import type { RunResult } from '../../contracts/run';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';
import { patternPages, valueOf } from '../support/pattern-pages';
import { boardSizes } from '../support/sizes/board-sizes';
import { orderedSizes } from '../support/sizes/ordered-sizes';
import type { Size } from '../support/sizes/size';
import { talkingSizes } from '../support/sizes/talking-sizes';

jest.setTimeout(120_000);

const sizes: Record<PatternName, Size[]> = { ...orderedSizes, ...boardSizes, ...talkingSizes };
const all = patternNames.flatMap((name) => sizes[name].map((size) => ({ name, ...size })));
const pages = patternPages();

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  cadre = await Harness.start({ teams: ['drill', 'peers'], env });
  for (const n of [0, 1]) await writeFile(path.join(cadre.folder, `in-${n}.txt`), `file ${n}`);
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});

it('every letter of every formula counts in some size, and every type has two sizes at least', () => {
  for (const name of patternNames) {
    const page = pages.get(name);
    const used = Object.keys(page?.cost.letters ?? {});
    const idle = used.filter((letter) => sizes[name].every(({ letters }) => (letters[letter] ?? 0) === 0));
    expect({ name, idle, enough: sizes[name].length >= 2 }).toEqual({ name, idle: [], enough: true });
  }
});

it.each(all)('$name, $about: the model is asked as often as the formula of its page says', async (size) => {
  const page = pages.get(size.name);
  if (!page) throw new Error(`docs/patterns has no page about ${size.name}.`);
  expect(valueOf(page.cost, size.letters)).toBe(size.calls);
  model.requests.length = 0;
  model.answer = (request) => {
    const message = size.answer?.(request);
    return message && { message };
  };
  const handle = await cadre.start(size.name, { team: size.team ?? 'drill', task: 'See to it', ...size.input });
  const result = await handle.result().then(
    (ended) => (ended as RunResult).status,
    () => 'failed',
  );
  expect(result).toMatch(size.fails ? /^failed$/ : /^(completed|partial)$/);
  const asked = model.requests.map(({ agent, role }) => `${agent} ${role}`);
  expect({ asked, calls: asked.length }).toEqual({ asked, calls: size.calls });
});
