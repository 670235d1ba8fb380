// Modules that take a quarter of a second or more to load, and that most commands never touch. This is the only file
// that may call `require` (eslint.config.mjs): TypeScript run by tsx has no dynamic import in CommonJS.

export const lazy = {
  client: () => require('../client') as typeof import('../client'),
  worker: () => require('../workers/main') as typeof import('../workers/main'),
  log: () => require('../workers/log') as typeof import('../workers/log'),
  passthrough: () =>
    require('../workers/server/temporal-passthrough') as typeof import('../workers/server/temporal-passthrough'),
  doctor: () => require('../workers/server/doctor') as typeof import('../workers/server/doctor'),
  replay: () => require('../workers/replay') as typeof import('../workers/replay'),
  historyFile: () => require('../workers/history-file') as typeof import('../workers/history-file'),
  validateTeam: () => require('../workers/validate-team') as typeof import('../workers/validate-team'),
  memoryStore: () => require('../workers/memory-store') as typeof import('../workers/memory-store'),
  toolPins: () => require('../workers/tool-pins') as typeof import('../workers/tool-pins'),
  runArtifacts: () => require('../workers/run-artifacts') as typeof import('../workers/run-artifacts'),
  webhook: () => require('../workers/webhook') as typeof import('../workers/webhook'),
  webhookSecrets: () => require('../workers/webhook-secrets') as typeof import('../workers/webhook-secrets'),
  natsDoor: () => require('../workers/nats-door') as typeof import('../workers/nats-door'),
  eventTeams: () => require('../workers/event-teams') as typeof import('../workers/event-teams'),
  eventStore: () => require('../workers/event-store') as typeof import('../workers/event-store'),
  teams: () => require('../workers/teams') as typeof import('../workers/teams'),
  server: () => require('../workers/server/resolve-server') as typeof import('../workers/server/resolve-server'),
};
