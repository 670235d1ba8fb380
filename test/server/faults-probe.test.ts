import { FaultLab, modelKey } from '../support/faults/fault-lab';
import { onEveryWire } from '../support/faults/wires';
import type { ServerReply } from '../support/model-server';
let lab: FaultLab;
beforeAll(async () => { lab = await FaultLab.start(); });
afterAll(() => lab.close());
const show = (label: string, x: unknown) => process.stderr.write(`${label} ${JSON.stringify(x)?.slice(0, 1500)}\n`);
const text = (t: string): ServerReply => ({ kind: 'text', text: t });
const scripts: Record<string, [any, any]> = {
  plain: [[text('fine')], { agent: 'writer' }],
  auth: [[{ kind: 'status', status: 401, message: `bad ${modelKey}` }], { agent: 'writer' }],
  f503: [[{ kind: 'status', status: 503, headers: { 'retry-after-ms': '100' } }], { agent: 'writer' }],
  empty: [[{ kind: 'empty-choices' }], { agent: 'writer' }],
  half: [[{ kind: 'half-tool' }], { agent: 'writer' }],
  halfr: [[{ kind: 'tools', calls: [{ name: 'read_file', args: '{"path": "AB-' }] }], { agent: 'reader' }],
  shapeOk: [[text('{"city":"Bonn","people":3}')], { agent: 'shaper' }],
  shapeBad: [[text('{"city":"Bonn"}')], { agent: 'shaper' }],
  loop: [[{ kind: 'tools', calls: [{ name: 'read_file', args: '{"path":"a.txt"}' }] }], { agent: 'reader' }],
  huge: [[{ kind: 'huge', bytes: 10_500_000 }, text('short')], { agent: 'writer' }],
  silent: [[{ kind: 'silent' }, text('short')], { agent: 'hasty' }],
  twin: [(r: any) => r.model === 'main-1' ? { kind: 'status', status: 503, headers: { 'retry-after-ms': '100' } } : text('spare'), { agent: 'twin' }],
  lean: [(r: any) => ({ kind: 'status', status: 503, headers: { 'retry-after-ms': '100' } }), { agent: 'leaning' }],
};
it.each(Object.keys(scripts))('%s', async (k) => {
  const [script, node] = scripts[k]!;
  await onEveryWire(async (wire) => {
    const t = Date.now();
    const end = await lab.run(wire, script, node);
    show(`${k} ${wire.name} ${Date.now() - t}ms n=${end.requests.length}`, { f: end.failure, s: end.result?.status, o: end.result?.output, u: end.result?.usage, steps: end.result?.steps, fs: end.result?.failures });
  });
});
