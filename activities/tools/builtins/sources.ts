import { z } from 'zod';
import { CadreError } from '../../../contracts/failures';
import { isJsonObject, type Json } from '../../../contracts/json';
import { defineTool, type BuiltinTool } from '../define-tool';
import { checkCitations } from '../exports/citations/check-citations';
import { KnownSources } from '../sources/known-sources';
import { excerptOf, rankSources } from '../sources/rank-sources';
import { readSources } from '../sources/read-sources';

const folder = z.string().min(1).max(1024).optional().describe('Folder of the texts; the configured one when absent.');

const searchSources = defineTool({
  name: 'search_sources',
  description: 'Finds the texts that hold the words of a question, the best first, each with its best paragraphs.',
  effect: 'read',
  input: z.strictObject({
    query: z.string().min(1).max(1_000).describe('Words to look for, or a whole question.'),
    folder,
    limit: z.int().min(1).max(50).optional(),
  }),
  async execute({ query, folder: given, limit = 8 }, context) {
    const ranked = rankSources(await readSources(given, context), query);
    const items = ranked
      .slice(0, limit)
      .map((source) => ({ id: source.id, title: source.title, text: excerptOf(source, query) }));
    return { value: { total: ranked.length, items }, sources: items.map(({ id }) => `source:${id}`) };
  },
});

const getSource = defineTool({
  name: 'get_source',
  description: 'One text whole, by the id that search_sources gives.',
  effect: 'read',
  input: z.strictObject({ id: z.string().min(1).max(1024).describe('Id of the text.'), folder }),
  async execute({ id, folder: given }, context) {
    const found = (await readSources(given, context)).find((source) => source.id === id);
    if (!found) throw new CadreError('ToolFailed', `There is no text ${id}; search_sources says which there are.`);
    return { value: { ...found, text: found.text.slice(0, 60_000) }, sources: [`source:${id}`] };
  },
});

const checkClaims = defineTool({
  name: 'check_claims',
  description:
    'Checks every claim of a text against its sources, with no model: what it cites must be a source, and its quote must stand in it word for word. Answers with what holds, and what was refused and why.',
  effect: 'read',
  input: z.strictObject({
    answer: z.json().describe('What is to be checked: claims are objects with "cites" and "quote".'),
    folder,
  }),
  async execute({ answer, folder: given }, context) {
    const texts = await readSources(given, context);
    const { answer: left, citations, refused } = checkCitations(answer, new KnownSources(texts), true);
    const whole = isJsonObject(left) ? left : { answer: left };
    const sources = citations.map(({ id }) => `source:${id}`);
    const value = { ...whole, citations: citations as unknown as Json, refused, refusals: Object.keys(refused) };
    return { value, sources };
  },
});

/** Texts of a folder: to be found, to be read, and to be held against what is claimed of them. */
export const sources: readonly BuiltinTool[] = [searchSources, getSource, checkClaims];
