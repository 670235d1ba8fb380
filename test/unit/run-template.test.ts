import fc from 'fast-check';
import type { JsonObject } from '../../contracts/json';
import { fillJson, fillText } from '../../workflows/run/template';

const values: JsonObject = {
  task: 'Report {{input.date}}',
  input: { date: '2026-08-07', days: 3, who: { name: 'Dana' }, items: ['a', 'b'], none: null },
  output: { $blob: 'sha256:abc' },
};

describe('filling a text', () => {
  it.each([
    ['on {{input.date}}', 'on 2026-08-07'],
    ['{{ input.days }} days of {{input.who}}', '3 days of {"name":"Dana"}'],
    ['{{input.items}} {{input.none}}', '["a","b"] null'],
    [
      '{{input.nobody}} {{constructor}} {{input.toString}} {{}}',
      '{{input.nobody}} {{constructor}} {{input.toString}} {{}}',
    ],
  ])('%s', (text, filled) => {
    expect(fillText(text, values)).toBe(filled);
  });

  it('what is filled in is not filled again: data cannot reach for other data', () => {
    expect(fillText('{{task}}', values)).toBe('Report {{input.date}}');
    expect(fillText('{{task}}', { task: '$& $1 $$' })).toBe('$& $1 $$');
  });
});

describe('filling JSON', () => {
  it('a placeholder that stands alone becomes the value itself', () => {
    expect(fillJson({ days: '{{input.days}}', all: ['{{input.who}}', 'x {{input.days}}', 7] }, values)).toEqual({
      days: 3,
      all: [{ name: 'Dana' }, 'x 3', 7],
    });
  });

  it('an output that is not here is named, with the way into it', () => {
    expect(fillJson('{{output}}', values)).toEqual({ $blob: 'sha256:abc' });
    expect(fillJson('{{output.tickets.first}}', values)).toEqual({ $blob: 'sha256:abc', $path: 'tickets.first' });
  });

  it('without placeholders everything stays as it is', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        fc.pre(!text.includes('{{'));
        expect(JSON.stringify(fillJson(JSON.parse(text) as JsonObject, values))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('any value comes through whole', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const given = JSON.parse(JSON.stringify(value)) as JsonObject;
        expect(fillJson(['{{input.x}}'], { input: { x: given } })).toEqual([given]);
      }),
    );
  });
});
