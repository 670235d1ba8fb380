import { isLoopback, splitAddress } from './address';

const answerWithinMs = 1000;
/** `temporal server start-dev` puts the web UI this far above the server's own port. */
const uiPortOffset = 1000;

/** The web UI of a configured server on this machine, if it is where the dev server puts it. Never rejects. */
export async function findUiUrl(address: string): Promise<string | undefined> {
  if (!isLoopback(address)) return undefined;
  const url = `http://127.0.0.1:${splitAddress(address).port + uiPortOffset}`;
  return (await uiAnswers(url)) ? url : undefined;
}

/** Whether the Temporal web UI answers there: its settings are something that no other program would serve. */
export async function uiAnswers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/v1/settings`, { signal: AbortSignal.timeout(answerWithinMs) });
    const settings: unknown = answer.ok ? await answer.json() : undefined;
    return typeof settings === 'object' && settings !== null && 'Auth' in settings;
  } catch {
    return false;
  }
}
