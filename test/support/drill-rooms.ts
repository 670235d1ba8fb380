/** What the drill model says in patterns where several speak: by rule, from the role, the agent and the names on offer. */

interface Asked {
  agent: string;
  role: string;
  /** The schema of the answer. */
  schema: unknown;
}

const rooms: Readonly<Record<string, (asked: Asked) => unknown>> = {
  position: ({ agent }) => ({
    answer: agent === 'north' ? 'yes' : 'no',
    argument: `It follows from what was seen in ${agent.length} places.`,
  }),
  consensus: () => ({ consensus: false, reason: 'they differ' }),
  verdict: ({ schema }) => ({
    answer: 'yes',
    verdict: 'The reasons for yes weigh more.',
    positions: namesFor(schema, 'label').map((label) => ({ label, upheld: false, reason: 'weighed' })),
    agreements: ['It is a question'],
    disagreements: [],
  }),
  contribution: ({ agent }) => ({ statement: `${agent} speaks`, concerns: [] }),
  reply: ({ schema }) => ({
    answers: namesFor(schema, 'concern').map((concern) => ({ concern, answer: 'It is seen to' })),
  }),
  motion: ({ schema }) => {
    const names = namesFor(schema, 'agent');
    const agent = names.includes('publisher') ? 'publisher' : names[0];
    return { motions: [{ motion: 'Go on', rationale: 'All are ready', actions: [{ agent, task: 'Carry it out' }] }] };
  },
  ballot: () => ({ choice: 'yes', reason: 'all are ready' }),
  tiebreak: () => ({ choice: 'no', reason: 'nothing is lost by waiting' }),
};

/** The answer in a role of these patterns; undefined for all others. */
export function roomAnswer(asked: Asked): unknown {
  return rooms[asked.role]?.(asked);
}

/** The names that a schema allows for a key. */
export function namesFor(schema: unknown, key: string): string[] {
  const found = new RegExp(`"${key}":\\{[^{}]*"enum":(\\[[^\\]]*\\])`).exec(JSON.stringify(schema ?? {}));
  return JSON.parse(found?.[1] ?? '[]') as string[];
}
