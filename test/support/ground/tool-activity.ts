import type { CallToolRequest, CallToolResult } from '../../../contracts/activities';

type Call = (options: object, args: [CallToolRequest]) => Promise<CallToolResult>;

/** What the tool activity does in a test without a server. It imports nothing, so that a mock may be made of it. */
export const toolActivity: { run: Call } = { run: () => Promise.reject(new Error('no tools are open')) };

/** For `jest.mock('…/workflows/run/activities')`: the workflow's tool calls go where the test wants them. */
export const callTool = {
  executeWithOptions: (options: object, args: [CallToolRequest]): Promise<CallToolResult> =>
    toolActivity.run(options, args),
};
