import { setTimeout as sleep } from 'node:timers/promises';
import { CadreError } from '../../contracts/failures';
import { isJsonObject } from '../../contracts/json';
import type { ModelCallOptions, ModelReply, ModelRequest } from '../../contracts/model';
import { markCostly } from './costly';
import type { ScriptFault } from './script';

const stormCalls = 1_000;

/** What a fault does to a call: it throws the failure it stands for, or spoils the reply. */
export async function suffer(
  fault: ScriptFault,
  reply: ModelReply,
  request: ModelRequest,
  options: ModelCallOptions,
): Promise<ModelReply> {
  const retryAfter = fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs };
  switch (fault.kind) {
    case '429':
      throw new CadreError('RateLimited', 'The scripted model asks to slow down (429).', retryAfter);
    case '5xx':
      throw new CadreError('Overloaded', 'The scripted model is overloaded (503).', retryAfter);
    case 'auth':
      throw new CadreError('ModelAuth', 'The scripted model does not accept the key (401).');
    case 'refused':
      throw new CadreError('ModelRefused', 'The scripted model declines the request (400).');
    case 'overflow':
      throw new CadreError('ContextOverflow', 'The conversation does not fit the scripted model.');
    case 'timeout':
      await wait(options.timeoutMs, options);
      throw markCostly(
        new CadreError('Overloaded', `The scripted model did not answer within ${options.timeoutMs} ms.`),
      );
    case 'truncated':
      throw markCostly(new CadreError('Overloaded', 'The stream of the scripted model was cut; it is not used.'));
    case 'malformed':
      return { ...reply, text: '{"answer": "this never ends', toolCalls: [], finish: 'stop' };
    case 'tool-storm': {
      const call = reply.toolCalls[0] ?? { name: request.tools[0]?.name ?? 'nothing', args: {} };
      const toolCalls = Array.from({ length: stormCalls }, () => ({
        name: call.name,
        args: isJsonObject(call.args) ? call.args : {},
      }));
      return { ...reply, toolCalls, finish: 'tool-calls' };
    }
  }
}

/** Ends early, with the signal's own reason, when the call is aborted. */
export async function wait(ms: number, { signal }: ModelCallOptions): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
