import type { Row } from './cases';

export interface Wire {
  messages: { role: string; content: unknown }[];
  response_format?: { json_schema?: { name?: string } };
  tools?: { function: { name: string } }[];
}

/** What one request shows the model. Nothing else reaches the scripted agents: what they know of a case stands here. */
export interface Prompt {
  agent: string;
  role: string;
  caseId: string;
  table: Row[];
  /** Rows of the task. */
  rows: string[];
  task: string;
  /** Data blocks since the agent's last answer, oldest first. */
  data: { label: string; value: unknown }[];
  tools: string[];
  /** Answers it has given before in this conversation. */
  step: number;
  before: string;
}

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((part: { text?: string }) => part.text ?? '').join('\n')
      : '';

const found = (pattern: RegExp, text: string): string => pattern.exec(text)?.[1] ?? '';

export function readPrompt({ messages, response_format: format, tools = [] }: Wire): Prompt {
  const texts = messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  const all = texts.map(({ text }) => text).join('\n');
  const own = texts.filter(({ role }) => role === 'assistant');
  const last = texts.map(({ role }) => role).lastIndexOf('assistant');
  const said = texts
    .slice(last + 1)
    .filter(({ role }) => role !== 'system')
    .map(({ text }) => text)
    .join('\n');
  const task = texts.find(({ role }) => role === 'user')?.text ?? '';
  return {
    agent: found(/You are the agent "([\w-]+)"/, all),
    role: format?.json_schema?.name ?? 'agent',
    caseId: found(/Case ([\w.-]*\w)\./, all),
    table: JSON.parse(found(/Table: (\[[^\]]*\])/, all) || '[]') as Row[],
    rows: found(/Do (r[\dr, ]*\d)\./, task).split(', '),
    task,
    data: blocksOf(said),
    tools: tools.map((tool) => tool.function.name),
    step: own.length,
    before: own.at(-1)?.text ?? '',
  };
}

/** A block's title is `<label> from <who>`, or `result of <tool>`, and then what is said of all data. */
function blocksOf(text: string): { label: string; value: unknown }[] {
  const blocks = text.matchAll(/<<<data (\w+): (.*?)>>>\n([^]*?)\n<<<end of data \1>>>/g);
  return [...blocks].map(([, , title = '', body = '']) => ({
    label: title.split(' from ')[0] ?? '',
    value: valueOf(body),
  }));
}

function valueOf(body: string): unknown {
  return /^[[{]/.test(body) ? JSON.parse(body) : body;
}
