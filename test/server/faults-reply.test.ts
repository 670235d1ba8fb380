import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AuditRow } from '../../activities/stores';
import type { Json } from '../../contracts/json';
import { FaultLab, type EndedRun } from '../support/faults/fault-lab';
import { toolResultsIn } from '../support/faults/tool-results';
import { onEveryWire } from '../support/faults/wires';
import type { AskedTool, ServerReply } from '../support/model-server';

// Fault matrix, rows F28–F32: what a model can answer. The oracle is the request log of the HTTP server.

let lab: FaultLab;
beforeAll(async () => {
  lab = await FaultLab.start();
  writeFileSync(path.join(lab.cadre.folder, 'note.txt'), 'Bonn has one bridge less than it needs, and two ferries.\n');
});
afterAll(() => lab.close());

const text = (words: string): ServerReply => ({ kind: 'text', text: words });
const tools = (...calls: AskedTool[]): ServerReply => ({ kind: 'tools', calls });
const readNote = (offset: number, id?: string): AskedTool => {
  return { name: 'read_file', args: JSON.stringify({ path: 'note.txt', offset }), ...(id === undefined ? {} : { id }) };
};
const sent = (run: EndedRun, n: number): string => JSON.stringify(run.requests[n]?.body);
const askers = ({ requests }: EndedRun): string[] => requests.map(({ agent }) => agent);
const rowsOf = (audit: readonly AuditRow[], action: string): AuditRow[] => audit.filter((row) => row.action === action);

/** Tools that really ran for a run, by the activities in its history. */
async function dispatched({ workflowId }: EndedRun): Promise<number> {
  const { events = [] } = await lab.cadre.client.workflow.getHandle(workflowId).fetchHistory();
  const names = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
  return names.filter((name) => name === 'callTool').length;
}

describe('F28 an answer that is not whole', () => {
  it('F28 malformed, cut, empty and without an end: never an answer, 5 requests, typed', async () => {
    const faults: ServerReply[] = [
      { kind: 'malformed' },
      { kind: 'cut' },
      { kind: 'cut', tool: true },
      { kind: 'no-finish' },
      { kind: 'reset' },
    ];
    await onEveryWire(async (wire) => {
      const emptyRun = lab.run(wire, [{ kind: 'empty-choices' }], { agent: 'writer' });
      const runs = await Promise.all(faults.map((fault) => lab.run(wire, [fault], { agent: 'writer' })));
      expect(runs.map(({ requests }) => requests.length)).toEqual([5, 5, 5, 5, 5]);
      for (const { failure, result } of runs) {
        expect(failure).toMatchObject({ kind: 'ModelUnavailable', attempt: 5, cause: { kind: 'Overloaded' } });
        expect(result.output).toBeNull();
      }
      const empty = await emptyRun;
      // Anthropic has no choices to leave out: its empty answer is one that can be mended, with 2 repairs.
      expect(empty.requests).toHaveLength(wire.protocol === 'anthropic' ? 3 : 5);
      expect(empty.failure?.kind).toBe(wire.protocol === 'anthropic' ? 'MalformedOutput' : 'ModelUnavailable');
    });
  });

  it('F28 after a cut answer the next one counts, and nothing of the half one is left', async () => {
    await onEveryWire(async (wire) => {
      const run = await lab.run(wire, [{ kind: 'cut' }, text('AB-1 is late.')], { agent: 'writer' });
      expect(run.requests).toHaveLength(2);
      expect(run.result).toMatchObject({ status: 'completed', output: 'AB-1 is late.' });
      expect(sent(run, 1)).toBe(sent(run, 0));
      const tooLong = await lab.run(wire, [{ kind: 'length', text: 'half an ans' }], { agent: 'writer' });
      expect(tooLong.requests).toHaveLength(3);
      expect(tooLong).toMatchObject({ failure: { kind: 'MalformedOutput' }, result: { output: null } });
    });
  });

  it('F28 half a tool call is never carried out; the model is told, 4 steps and 2 repairs at most', async () => {
    await onEveryWire(async (wire) => {
      const half = tools({ name: 'read_file', args: '{"path": "note.t' });
      const mended = await lab.run(wire, [half, tools(readNote(0)), text('Two ferries.')], { agent: 'reader' });
      expect(mended.requests).toHaveLength(3);
      expect(sent(mended, 1)).toContain('not one complete JSON object');
      expect(mended.result).toMatchObject({ output: 'Two ferries.', usage: { toolCalls: 1 } });
      expect(await dispatched(mended)).toBe(1);
      const forGood = await lab.run(wire, [half], { agent: 'reader' });
      expect(forGood.requests).toHaveLength(6);
      expect(forGood.failure).toMatchObject({ kind: 'LoopDetected', agent: 'reader' });
      expect(await dispatched(forGood)).toBe(0);
    });
  });
});

it('F29 10 MB: cut off or kept out of history, and the run survives', async () => {
  await onEveryWire(async (wire) => {
    const tooMuch = await lab.run(wire, [{ kind: 'huge', bytes: 10_500_000 }], { agent: 'writer' });
    expect(tooMuch.requests).toHaveLength(3);
    expect(tooMuch.failure).toMatchObject({ kind: 'MalformedOutput', agent: 'writer' });
    const once = await lab.run(wire, [{ kind: 'huge', bytes: 10_500_000 }, text('short')], { agent: 'writer' });
    expect(once.requests).toHaveLength(2);
    expect(once.result).toMatchObject({ status: 'completed', output: 'short' });
    const large: ServerReply = { kind: 'huge', bytes: 9_000_000 };
    const stages = [{ agent: 'writer' }, { agent: 'teller' }];
    const kept = await lab.run(wire, [large], { pattern: 'pipeline', stages });
    expect(askers(kept)).toEqual(['writer', 'teller']);
    expect(kept.result).toMatchObject({ status: 'completed', output: { bytes: 9_000_002 } });
    expect(sent(kept, 1).length).toBeGreaterThan(5_000);
    expect(sent(kept, 1).length).toBeLessThan(400_000);
    for (const { workflowId } of [tooMuch, once, kept])
      expect((await lab.cadre.historyJson(workflowId)).length).toBeLessThan(200_000);
  });
});

describe('F30 an answer of the wrong shape', () => {
  const wrong = text('{"city":"Atlantis","people":"none"}');
  const right = text('{"city":"Bonn","people":3}');
  const stages = [{ agent: 'shaper' }, { agent: 'teller' }];

  it('F30 is mended within 2 repairs; the next agent sees the right one only', async () => {
    await onEveryWire(async (wire) => {
      const replies = [wrong, wrong, right, text('told')];
      const run = await lab.run(wire, replies, { pattern: 'pipeline', stages });
      expect(askers(run)).toEqual(['shaper', 'shaper', 'shaper', 'teller']);
      expect(sent(run, 1)).toMatch(/does not fit its schema: people/);
      expect(sent(run, 3)).toContain('Bonn');
      expect(sent(run, 3)).not.toContain('Atlantis');
      expect(run.result).toMatchObject({ status: 'completed', output: 'told' });
    });
  });

  it('F30 never right: 3 requests, typed, no request for the next agent, and the fallback node takes over', async () => {
    await onEveryWire(async (wire) => {
      const run = await lab.run(wire, [wrong], { pattern: 'pipeline', stages });
      expect(askers(run)).toEqual(['shaper', 'shaper', 'shaper']);
      expect(run.failure).toMatchObject({ kind: 'MalformedOutput', agent: 'shaper', step: 2 });
      const saved = await lab.run(wire, ({ agent }) => (agent === 'shaper' ? wrong : text('by hand')), {
        pattern: 'pipeline',
        stages: [{ agent: 'shaper', fallback: { agent: 'writer' } }, { agent: 'teller' }],
      });
      expect(askers(saved)).toEqual(['shaper', 'shaper', 'shaper', 'writer', 'teller']);
      expect(sent(saved, 4)).not.toContain('Atlantis');
      expect(saved.result).toMatchObject({ status: 'completed', failures: [{ kind: 'MalformedOutput' }] });
    });
  });
});

describe('F31 tool calls that must not run', () => {
  it('F31 unknown tools and bad arguments: denied before dispatch, told to the model, an audit row each', async () => {
    await onEveryWire(async (wire) => {
      const calls = [
        { name: 'launch', args: '{"at":"dawn"}' },
        { name: 'write_file', args: '{"path":"note.txt","content":"gone"}' },
        { name: 'read_file', args: '{"path":7}' },
        { name: 'read_file', args: '{"path":"note.txt","owner":"root"}' },
        { name: 'read_file', args: '[]' },
      ];
      const run = await lab.run(wire, [tools(...calls), text('Then not.')], { agent: 'reader' });
      expect(run.requests).toHaveLength(2);
      expect(run.result).toMatchObject({ status: 'completed', output: 'Then not.', usage: { toolCalls: 0 } });
      expect(await dispatched(run)).toBe(0);
      const refused = rowsOf(await lab.audit(run.workflowId), 'tool-call-refused');
      expect(refused.map(({ subject }) => subject)).toEqual(calls.map(({ name }) => name));
      expect(sent(run, 1)).toContain('There is no tool named');
      expect(sent(run, 1)).toContain('do not fit its schema');
    });
  });

  it('F31 1000 parallel calls: 16 run, 984 are refused, and both are on record', async () => {
    await onEveryWire(async (wire) => {
      const calls = Array.from({ length: 1_000 }, (_, index) => readNote(index % 50));
      const run = await lab.run(wire, [tools(...calls), text('Enough.')], { agent: 'reader' });
      expect(run.requests).toHaveLength(2);
      expect(run.result).toMatchObject({ status: 'completed', output: 'Enough.', usage: { toolCalls: 16 } });
      expect(await dispatched(run)).toBe(16);
      const audit = await lab.audit(run.workflowId);
      expect(rowsOf(audit, 'tool-call')).toHaveLength(16);
      expect(rowsOf(audit, 'tool-calls-dropped').map(({ body }) => body)).toEqual([{ count: 984 }] satisfies Json[]);
      expect(sent(run, 1)).toContain('984 further tool calls were refused');
    });
  });

  it('F31 calls with the same id are told apart by their place: each runs once and gets its own result', async () => {
    await onEveryWire(async (wire) => {
      const run = await lab.run(wire, [tools(readNote(0, 'same'), readNote(5, 'same')), text('Read.')], {
        agent: 'reader',
      });
      expect(run.requests).toHaveLength(2);
      expect(await dispatched(run)).toBe(2);
      expect(rowsOf(await lab.audit(run.workflowId), 'tool-call')).toHaveLength(2);
      const results = toolResultsIn(run.requests[1]?.body);
      expect(results.map(({ text: shown }) => /(Bonn )?has one bridge/.exec(shown)?.[0])).toEqual([
        'Bonn has one bridge',
        'has one bridge',
      ]);
      expect(new Set(results.map(({ id }) => id)).size).toBe(2);
    });
  });
});

describe('F32 a model that goes round in circles', () => {
  it('F32 the same call again and again: stopped at the 4th, typed', async () => {
    await onEveryWire(async (wire) => {
      const run = await lab.run(wire, [tools(readNote(0))], { agent: 'looper' });
      expect(run.requests).toHaveLength(4);
      expect(await dispatched(run)).toBe(3);
      expect(run.failure).toMatchObject({ kind: 'LoopDetected', agent: 'looper', step: 3 });
      expect(run.result).toMatchObject({ status: 'failed', usage: { modelCalls: 4, toolCalls: 3 } });
    });
  });

  it('F32 another call each time: 4 steps and 2 repairs, then typed; no tool after its steps are used up', async () => {
    await onEveryWire(async (wire) => {
      const run = await lab.run(wire, (_, n) => tools(readNote(n)), { agent: 'reader' });
      expect(run.requests).toHaveLength(6);
      expect(await dispatched(run)).toBe(3);
      expect(run.failure).toMatchObject({ kind: 'LoopDetected', agent: 'reader', step: 5 });
      const refused = rowsOf(await lab.audit(run.workflowId), 'tool-calls-dropped');
      expect(refused.map(({ body }) => body)).toEqual([{ count: 1 }, { count: 1 }, { count: 1 }]);
    });
  });
});
