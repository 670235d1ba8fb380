// Modules that take a quarter of a second or more to load, and that most commands never touch. This is the only file
// that may call `require` (eslint.config.mjs): TypeScript run by tsx has no dynamic import in CommonJS.

export const lazy = {
  client: () => require('../client') as typeof import('../client'),
  worker: () => require('../workers/main') as typeof import('../workers/main'),
  log: () => require('../workers/log') as typeof import('../workers/log'),
  server: () => require('../workers/server/resolve-server') as typeof import('../workers/server/resolve-server'),
};
