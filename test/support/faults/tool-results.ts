interface ToolResult {
  id: string;
  text: string;
}
type Message = { role?: string; tool_call_id?: string; content?: unknown };
type Block = { type?: string; tool_use_id?: string; content?: unknown };

/** The results of tool calls in a request, in their order, as OpenAI (`role: tool`) or Anthropic (`tool_result`) has them. */
export function toolResultsIn(body: Record<string, unknown> | undefined): ToolResult[] {
  const messages = (body?.['messages'] ?? []) as Message[];
  return messages.flatMap(({ role, tool_call_id: callId, content }) => {
    if (role === 'tool') return [{ id: String(callId), text: JSON.stringify(content) }];
    return (Array.isArray(content) ? (content as Block[]) : []).flatMap((block) =>
      block.type === 'tool_result' ? [{ id: String(block.tool_use_id), text: JSON.stringify(block.content) }] : [],
    );
  });
}
