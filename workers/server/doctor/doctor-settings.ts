import { isLoopback } from '../address';
import type { DoctorCheck } from './doctor-check';
import type { Env } from '../env';

const modelKeys = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY'];
const ollamaDefault = 'http://127.0.0.1:11434';
const answerWithinMs = 1000;

/** Which model providers `auto` could use. Names of variables only, never their values. */
export async function checkModels(env: Env): Promise<DoctorCheck[]> {
  const set = modelKeys.filter((name) => env[name]);
  const ollama = await checkOllama(env);
  const found = set.length > 0 ? `set: ${set.join(', ')}` : 'no key is set';
  const local = ollama.status === 'ok';
  const keys: DoctorCheck = { name: 'Model keys', status: set.length > 0 || local ? 'ok' : 'warn', found };
  const mend = `set one of ${modelKeys.join(', ')}, or start Ollama; until then \`auto\` is the offline engine, which has no language model`;
  return [keys.status === 'ok' ? keys : { ...keys, mend }, { ...ollama, status: 'ok' }];
}

async function checkOllama(env: Env): Promise<DoctorCheck> {
  const name = 'Ollama';
  const url = ollamaUrl(env['OLLAMA_HOST']);
  if (!isLoopback(url))
    return {
      name,
      status: 'warn',
      found: `OLLAMA_HOST names ${new URL(url).host}; not asked, since it is not this machine`,
    };
  try {
    const answer = await fetch(`${url}/api/version`, { signal: AbortSignal.timeout(answerWithinMs) });
    const { version } = (await answer.json()) as { version?: unknown };
    if (typeof version === 'string') return { name, status: 'ok', found: url, version };
  } catch {
    // Nothing there: the ordinary case.
  }
  return { name, status: 'warn', found: `none answers on ${url}` };
}

/** As Ollama reads it: the scheme and the port may be left out, and 0.0.0.0 means this machine. */
function ollamaUrl(host: string | undefined): string {
  if (!host) return ollamaDefault;
  try {
    const url = new URL(/^\w+:\/\//.test(host) ? host : `http://${host}`);
    if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
    if (!url.port && !/:(80|443)$/.test(host)) url.port = '11434';
    return url.origin;
  } catch {
    return ollamaDefault;
  }
}

export function checkDatabase(env: Env, home: string, production: boolean): DoctorCheck {
  const name = 'Database';
  if (env['DATABASE_URL']) return { name, status: 'ok', found: 'DATABASE_URL is set' };
  const found = `DATABASE_URL is not set: an embedded file under ${home}`;
  if (!production) return { name, status: 'ok', found };
  return {
    name,
    status: 'warn',
    found,
    mend: 'set DATABASE_URL to a Postgres database; the file serves one machine only',
  };
}

/** Only asked for production: without keys no approval can be signed and no message either. */
export function checkKeys(env: Env): DoctorCheck {
  const name = 'Key folder';
  if (env['CADRE_KEYS_DIR']) return { name, status: 'ok', found: 'CADRE_KEYS_DIR is set' };
  return {
    name,
    status: 'warn',
    found: 'CADRE_KEYS_DIR is not set',
    mend: 'set it to a folder that only the elevated worker may read',
  };
}
