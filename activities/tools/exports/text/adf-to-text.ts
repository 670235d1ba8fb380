import { isJsonObject } from '../../../../contracts/json';

const depthMax = 60;

/** Plain text of an Atlassian Document Format tree, as Jira's REST API v3 returns descriptions and comments. */
export function adfToText(node: unknown, depth = 0): string {
  if (Array.isArray(node)) return node.map((child) => adfToText(child, depth + 1)).join('');
  if (!isJsonObject(node) || depth > depthMax) return '';
  const attrs = isJsonObject(node['attrs']) ? node['attrs'] : {};
  const inner = (): string => adfToText(node['content'], depth + 1);
  switch (node['type']) {
    case 'text':
      return textWithLink(node);
    case 'hardBreak':
      return '\n';
    case 'mention':
    case 'emoji':
    case 'status':
    case 'placeholder':
      return string(attrs['text']) || string(attrs['shortName']) || string(attrs['id']);
    case 'date':
      return isoDay(string(attrs['timestamp']));
    case 'inlineCard':
    case 'blockCard':
    case 'embedCard':
      return string(attrs['url']);
    case 'media':
      return string(attrs['alt']) ? `[${string(attrs['alt'])}]` : '';
    case 'listItem':
    case 'taskItem':
    case 'decisionItem':
      return `- ${inner().trim()}\n`;
    case 'tableCell':
    case 'tableHeader':
      return `${inner().trim()} | `;
    case 'tableRow':
      return `${inner().replace(/ \| $/, '')}\n`;
    case 'rule':
      return '\n';
    case 'paragraph':
    case 'heading':
    case 'codeBlock':
      return `${inner()}\n`;
    default:
      return inner();
  }
}

function textWithLink(node: Record<string, unknown>): string {
  const text = string(node['text']);
  const marks = Array.isArray(node['marks']) ? node['marks'] : [];
  for (const mark of marks) {
    if (!isJsonObject(mark) || mark['type'] !== 'link' || !isJsonObject(mark['attrs'])) continue;
    const href = string(mark['attrs']['href']);
    if (href && !text.includes(href)) return `${text} (${href})`;
  }
  return text;
}

function isoDay(timestampMs: string): string {
  const at = new Date(Number(timestampMs));
  return timestampMs && !Number.isNaN(at.getTime()) ? at.toISOString().slice(0, 10) : '';
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
