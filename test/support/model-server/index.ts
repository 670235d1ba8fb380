export {
  startModelServer,
  type ModelServer,
  type ModelServerOptions,
  type Protocol,
  type SeenRequest,
} from './model-server';
export type { ServerReply, ServerUsage } from './replies';
