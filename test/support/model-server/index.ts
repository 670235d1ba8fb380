export {
  startModelServer,
  type ModelServer,
  type ModelServerOptions,
  type Protocol,
  type SeenRequest,
} from './model-server';
export type { AskedTool, ServerReply, ServerUsage } from './replies';
