import { patched } from '@temporalio/workflow';

/**
 * Every change of a landed workflow's behaviour, in order (I12): id, the version that brought it, what was different
 * before. A row is never removed while a recorded history needs it.
 */
export const patches = {
  'merge-shows-conflicts': {
    since: '0.2.0',
    before: 'an agent that merges was not shown the contradictions that comparing the branches finds',
  },
  'schema-merge-needs-schema': { since: '0.2.0', before: 'a merge by schema without a schema was the union' },
  'fallback-tried-once': {
    since: '0.2.0',
    before: 'a fallback that a router had put to work and that failed was tried again in place of the router',
  },
  'ping-pong': {
    since: '0.2.0',
    before: 'two agents could ask each other in turn until the depth limit ended it',
  },
  'slots-find-deadlocks': {
    since: '0.2.0',
    before: 'conversations that waited for one another were waiting until their time was up',
  },
  'composition-gives-the-task': {
    since: '0.2.0',
    before: 'an agent that accepts tasks from some refused a stage after one of somebody else',
  },
  'patterns-continue': {
    since: '0.2.0',
    before: 'only a run that was one conversation continued as new; the nodes of long patterns became child workflows',
  },
  'carried-before-messages': {
    since: '0.2.0',
    before:
      'a message on its way into a continued run was handled before the run had its state, which then took its place',
  },
  'early-top-up-counts': { since: '0.2.0', before: 'a top-up that came before the run had begun was lost' },
  'own-work-accepted': {
    since: '0.2.0',
    before: 'an agent that undid its own step was refused where it accepts tasks from named agents only',
  },
  'routing-table-accepts': {
    since: '0.2.0',
    before: 'an agent refused to be asked or told by a peer whose row of the routing table names it',
  },
  'failed-consults-are-labelled': {
    since: '0.2.0',
    before: 'the words of a consult that failed came back without what they derive from, as if they were our own',
  },
  'alone-or-by-journal': {
    since: '0.2.0',
    before: 'a run of type agent continued with whatever conversation was long, also when that was a peer it had asked',
  },
  'private-merger': {
    since: '0.2.0',
    before: 'what a private agent merged of public branches was public',
  },
} as const satisfies Record<string, { since: string; before: string }>;

/** Answers are kept for the run: `patched` does not remember a "no" by itself. */
export class PatchMemo {
  private readonly known: Map<string, boolean>;

  constructor(carried: Readonly<Record<string, boolean>> = {}) {
    this.known = new Map(Object.entries(carried));
  }

  has(id: string): boolean {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const answer = patched(id);
    this.known.set(id, answer);
    return answer;
  }

  /** For the input of a continued run. */
  toJson(): Record<string, boolean> {
    return Object.fromEntries(this.known);
  }
}
