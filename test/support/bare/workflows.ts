import { proxyActivities } from '@temporalio/workflow';

const { work } = proxyActivities<{ work(n: number): Promise<number> }>({ startToCloseTimeout: 10_000 });

/** What somebody would write without Cadre for so many calls of a model: nothing but the calls. */
export async function bare(calls: number): Promise<number> {
  let sum = 0;
  for (let n = 0; n < calls; n += 1) sum += await work(n);
  return sum;
}
