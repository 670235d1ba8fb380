import type { CallToolResult } from '@modelcontextprotocol/client';
import { isJsonObject, type Json, type JsonObject } from '../../../contracts/json';
import type { ToolOutcome } from '../../deps';
import { blobIdOf } from '../../stores';

type Artifact = NonNullable<ToolOutcome['artifacts']>[number];
type Block = CallToolResult['content'][number];

/**
 * What a server answered, as one JSON value: its structured content when there is some, else its one text (parsed when
 * it is JSON), else its blocks. Images, sound and binary resources become artifacts that the value names.
 */
export function readResult(tool: string, result: CallToolResult): Omit<ToolOutcome, 'sources'> {
  const artifacts: Artifact[] = [];
  const blocks = (result.content ?? []).map((block, index) => readBlock(block, `${tool}-${index + 1}`, artifacts));
  const isError = result.isError === true;
  const value = valueOf(result.structuredContent, blocks);
  return { value, isError, ...(artifacts.length > 0 ? { artifacts } : {}) };
}

function valueOf(structured: unknown, blocks: Json[]): Json {
  if (structured !== undefined) {
    const value = structured as Json;
    const extra = blocks.filter((block) => isJsonObject(block));
    return extra.length === 0 ? value : { structured: value, content: extra };
  }
  const [only] = blocks;
  if (blocks.length === 1 && only !== undefined) return typeof only === 'string' ? parsedText(only) : only;
  return blocks.every((block) => typeof block === 'string') ? blocks.join('\n') : blocks;
}

function parsedText(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function readBlock(block: Block, name: string, artifacts: Artifact[]): Json {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return keep(artifacts, name, block.mimeType, block.data, { type: block.type });
    case 'resource': {
      const { resource } = block;
      if ('text' in resource) return { type: 'resource', uri: resource.uri, text: resource.text };
      return keep(artifacts, name, resource.mimeType ?? 'application/octet-stream', resource.blob, {
        type: 'resource',
        uri: resource.uri,
      });
    }
    case 'resource_link':
      // A link is shown and never fetched: where it leads is the server's word.
      return { type: 'resource_link', uri: block.uri, name: block.name };
    default:
      return { type: 'unknown' };
  }
}

function keep(artifacts: Artifact[], name: string, mime: string, base64: string, about: JsonObject): Json {
  const body = Buffer.from(base64, 'base64');
  artifacts.push({ name, mime, body });
  return { ...about, mime, bytes: body.byteLength, artifact: blobIdOf(body) };
}
