import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { countEvents, eventsOf } from '../conformance/event-counts';
import type { Harness } from '../harness';

/** Runs the bare workflow on the same server; gives its events, those of workflow tasks left out, by number of calls. */
export async function startBare(cadre: Harness): Promise<{
  counts(calls: number): Promise<Record<string, number>>;
  close(): Promise<void>;
}> {
  const connection = await NativeConnection.connect({ address: cadre.address });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: require.resolve('./workflows'),
    logger: new DefaultLogger('ERROR'),
  });
  const activities = { work: (n: number) => Promise.resolve(n) };
  const { namespace } = cadre;
  const worker = await Worker.create({ connection, namespace, taskQueue: 'bare', workflowBundle, activities });
  const running = worker.run();
  return {
    counts: async (calls) => {
      const workflowId = `bare/${calls}-${Date.now()}`;
      await cadre.client.workflow.execute('bare', { workflowId, taskQueue: 'bare', args: [calls] });
      return countEvents(await eventsOf(cadre, workflowId));
    },
    close: async () => {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
