/**
 * Records the golden histories: every workflow type to every ending, on a real server, exported by the real CLI.
 * Recorded files are never changed or deleted (I12); a new version gets new names.
 *
 *   node bin/run-ts.cjs test/support/record-histories.ts [type…]
 */
import type { WorkflowHandle } from '@temporalio/client';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { patternNames, type PatternName } from '../../contracts/names';
import { startDrillModel, type DrillModel } from './drill-model';
import globalSetup from './global-setup';
import globalTeardown from './global-teardown';
import { Harness } from './harness';
import { neverAsks, patternCases } from './pattern-cases';

type Ending = (cadre: Harness, type: PatternName, model: DrillModel) => Promise<WorkflowHandle>;

const folder = path.join(__dirname, '../histories');
const { version } = JSON.parse(readFileSync(path.join(__dirname, '../../package.json'), 'utf8')) as { version: string };

const startWriting = (cadre: Harness, type: PatternName, team = 'drill'): Promise<WorkflowHandle> =>
  cadre.start(type, { team, task: 'Write it', ...patternCases[type].writing });

const decided =
  (decision: 'approve' | 'reject'): Ending =>
  async (cadre, type) => {
    const handle = await startWriting(cadre, type);
    const { id, digest } = await cadre.approval(handle);
    await cadre.decide(handle, {
      id,
      digest,
      decision,
      by: 'dana',
      ...(decision === 'reject' && { reason: 'not today' }),
    });
    return handle;
  };

const endings: Record<string, Ending> = {
  completed: (cadre, type) => cadre.start(type, { team: 'drill', task: 'Look', ...patternCases[type].plain }),
  approved: decided('approve'),
  rejected: decided('reject'),
  expired: (cadre, type) => startWriting(cadre, type, 'drill-hasty'),
  cancelled: async (cadre, type) => {
    const handle = await startWriting(cadre, type);
    await cadre.approval(handle);
    await handle.cancel();
    return handle;
  },
};

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await globalSetup();
  const model = await startDrillModel();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  const cadre = await Harness.start({ teams: ['drill', 'drill-hasty'], env, identity: 'cadre-recorder' });
  try {
    const only = process.argv.slice(2);
    for (const type of patternNames.filter((name) => only.length === 0 || only.includes(name))) {
      for (const [ending, bring] of Object.entries(endings)) {
        const file = path.join(folder, `${type}_${ending}_${version}.json`);
        if (existsSync(file) || (ending !== 'completed' && neverAsks(patternCases[type]) !== undefined)) continue;
        const handle = await bring(cadre, type, model);
        await handle.result();
        writeFileSync(file, await cadre.historyJson(handle.workflowId));
        process.stdout.write(`${path.basename(file)}\n`);
      }
    }
  } finally {
    await cadre.close();
    await model.close();
    await globalTeardown();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
