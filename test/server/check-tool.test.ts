import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

let cadre: Harness;
let model: DrillModel;
let server: Server;
const looked: string[] = [];
/** What the checker answers, by the text it is given. */
let verdict: (text: string) => { status: number; body: unknown } = () => ({ status: 200, body: {} });

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { text } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { text: string };
      looked.push(text);
      const { status, body } = verdict(text);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  model = await startDrillModel();
  const { port } = server.address() as AddressInfo;
  const env = {
    DRILL_MODEL_URL: model.url,
    DRILL_MODEL_KEY: 'drill-key',
    CHECKER_URL: `http://127.0.0.1:${port}`,
  };
  cadre = await Harness.start({ teams: ['checked'], env });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  looked.length = 0;
  model.requests.length = 0;
});

const run = () => cadre.run('compose', { team: 'checked', composition: 'checked', task: 'Look' });

describe('a stage whose check is a tool', () => {
  it('goes on when the tool lists no problems', async () => {
    verdict = () => ({ status: 200, body: { problems: [] } });
    expect(await run()).toMatchObject({ status: 'completed', output: 'north is done' });
    expect(looked).toEqual(['north is done']);
  });

  it('gets the problems back and mends them', async () => {
    verdict = (text) => ({ status: 200, body: { problems: text.includes('better') ? [] : ['no source is named'] } });
    model.answer = ({ text }) =>
      text.includes('no source is named') ? { message: { role: 'assistant', content: 'better' } } : undefined;
    expect(await run()).toMatchObject({ status: 'completed', output: 'better' });
    expect(looked).toEqual(['north is done', 'better']);
    expect(model.requests).toHaveLength(2);
  });

  it('fails with what is wrong when it does not mend them', async () => {
    verdict = () => ({ status: 200, body: { problems: ['no source is named'] } });
    model.answer = () => undefined;
    await expect(run()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('no source is named') as string },
    });
  });

  it('is not passed by a tool that cannot be asked', async () => {
    verdict = () => ({ status: 500, body: { error: 'broken' } });
    await expect(run()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('could not check it') as string },
    });
  });
});
