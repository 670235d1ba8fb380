// A worker's part in a kill -9 proof: one call of the activity in a process of its own. argv: folder, request as JSON.
import type { CallToolRequest } from '../../../contracts/activities';
import { openCallToolBench } from './call-tool-bench';

async function main(): Promise<void> {
  const [folder = '', request = '{}'] = process.argv.slice(2);
  const bench = await openCallToolBench(folder);
  const result = await bench.call(JSON.parse(request) as CallToolRequest);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await bench.close();
}
void main();
