/** An environment handed in by the caller: only workers/config.ts reads the process's own. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Told one short sentence at a time while something takes long. */
export type OnProgress = (text: string) => void;

const secretNames = /^(OPENAI|ANTHROPIC|GEMINI|GOOGLE|CADRE|TEMPORAL|OTEL)_|^DATABASE_URL$/;
const plainNames = ['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LC_ALL', 'SystemRoot', 'USERPROFILE'];

/** What pip and go get: the caller's environment (proxies, mirrors, caches) without what is none of their business. */
export function packageClientEnv(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secretNames.test(name)));
}

/** What the dev server gets: no `TEMPORAL_*` may change where it listens, and no key may end up in it. */
export function plainEnv(env: Env): Env {
  return Object.fromEntries(plainNames.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** The variables that are set and not empty, for libraries that do not take `undefined`. */
export function setVariables(env: Env): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(entries);
}
