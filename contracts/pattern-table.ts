// Written by `npm run schemas` from workflows/index.ts.
import type { PatternDeclaration } from './pattern-declaration';
import type { PatternName } from './pattern-names';

export const patternTable: Readonly<Record<PatternName, PatternDeclaration>> = {
  agent: {
    name: 'agent',
    about: 'One agent does the task.',
    fields: { agent: { kind: 'agent', about: 'The agent that does the task.', needed: true, examples: ['jira'] } },
    example: { task: 'Summarise what changed last week' },
  },
  supervisor: {
    name: 'supervisor',
    about: 'One agent plans, delegates to specialists, judges what they bring and puts it together.',
    fields: {
      supervisor: { kind: 'agent', about: 'The agent that plans, delegates and judges.', needed: true },
      specialists: {
        kind: 'agents',
        about: 'Agents it may delegate to; all others of the team by default.',
        examples: [['jira', 'mail']],
      },
      maxParallel: { kind: 'count', max: 64, about: 'Delegations at the same time; 8 by default.' },
      maxRounds: { kind: 'count', max: 5, about: 'Rounds of delegation; 2 by default.' },
      sufficiency: {
        kind: 'shape',
        shape: 'sufficiency',
        about:
          'Whether it is judged before the synthesis that the results suffice: true by default; the name of an agent makes that one the judge.',
      },
      synthesizer: { kind: 'agent', about: 'Agent that writes the synthesis; the supervisor by default.' },
    },
    example: { team: 'daily-report', supervisor: 'chief', specialists: ['jira', 'mail'], task: 'Report on yesterday' },
  },
  pipeline: {
    name: 'pipeline',
    about: 'Stages one after another, each with its check.',
    fields: { stages: { kind: 'shape', shape: 'stages', about: 'The nodes to run one after another.', needed: true } },
    example: { team: 'daily-report', input: { date: '2026-03-20' } },
  },
  fanOut: {
    name: 'fanOut',
    about: 'Branches side by side, merged at the end.',
    fields: {
      branches: { kind: 'nodes', about: 'Nodes that run side by side; or `over` and `each` in their place.' },
      over: {
        kind: 'shape',
        shape: 'over',
        about: 'The list to go over: the values, or where they are: `input.<field>` or `output`.',
      },
      each: { kind: 'node', about: 'The node that runs for each value of `over`.' },
      maxParallel: {
        kind: 'count',
        max: 64,
        about: 'Branches at the same time: 8 by default; 1 is one after another.',
      },
      merge: {
        kind: 'shape',
        shape: 'merge',
        about: 'How the results are merged: `concat` by default; the name of an agent lets that one merge.',
      },
      quorum: {
        kind: 'number',
        max: 64,
        about: 'Branches that must succeed: a count, or a share below 1; all by default.',
      },
      onPartial: {
        kind: 'oneOf',
        values: ['fail', 'continue'],
        about: 'With `continue` one branch is enough where no quorum is given; `fail` by default.',
      },
    },
    needs: [['branches'], ['over', 'each']],
    example: {
      over: ['north', 'south'],
      each: { agent: 'reporter', task: 'Report on {{item}}' },
      merge: 'concat',
      task: 'Report on the regions',
    },
  },
  router: {
    name: 'router',
    about: 'One agent chooses who gets the task.',
    fields: {
      router: { kind: 'agent', about: 'The agent that chooses.', needed: true },
      routes: { kind: 'shape', shape: 'routes', about: 'Where the task may go.', needed: true },
      minConfidence: { kind: 'share', about: 'Below this confidence the fallback takes the task; 0.5 by default.' },
      fallback: {
        kind: 'node',
        about: 'Takes what no route takes with enough confidence, and what the chosen route fails at.',
      },
      returnToRouter: {
        kind: 'flag',
        about: 'The router words the answer; by default the answer is the one of the node that took the task.',
      },
    },
    example: {
      router: 'desk',
      routes: [{ when: 'money', node: { agent: 'billing' } }, { agent: 'tech' }],
      task: 'My invoice is wrong',
    },
  },
  reflection: {
    name: 'reflection',
    about: 'An author and a critic, until the draft is good enough.',
    fields: {
      author: { kind: 'node', about: 'The agent or node that writes.', needed: true },
      critic: { kind: 'agent', about: 'The agent that scores.', needed: true },
      maxRounds: { kind: 'count', max: 5, about: 'Drafts at most; 3 by default.' },
      passScore: { kind: 'share', about: 'Score from which a draft is good enough; 0.8 by default.' },
      goal: { kind: 'text', about: 'What the critic measures by; the task by default.' },
    },
    example: { author: 'writer', critic: 'editor', task: 'Write the release note' },
  },
  debate: {
    name: 'debate',
    about: 'Several agents answer, contest each other without names, and a judge decides.',
    fields: {
      debaters: {
        kind: 'agents',
        about: 'The agents that answer.',
        min: 2,
        needed: true,
        examples: [['north', 'south']],
      },
      judge: { kind: 'agent', about: 'The agent that decides; it is no debater.', needed: true },
      rounds: { kind: 'count', max: 5, about: 'Rounds at most; 2 by default.' },
      blindFirstRound: { kind: 'flag', about: 'The first answers are given without seeing any other: on by default.' },
      consensus: {
        kind: 'oneOf',
        values: ['answer', 'judge', 'none'],
        about: 'What ends it early: equal short answers (the default), the word of the judge, or nothing.',
      },
    },
    roles: {
      position: {
        ask: 'Answer the question now: `answer` in a few words that can be compared with the answers of others, `argument` with the reasons. Say nothing of who you are. Where you were shown other answers, say what you make of their reasons, by their labels.',
        schema: {
          type: 'object',
          properties: {
            answer: { type: 'string', description: 'The answer in a few words, such as "yes", a name or a number' },
            argument: { type: 'string', description: 'The reasons, complete in themselves, at most 400 words' },
          },
          required: ['answer', 'argument'],
          additionalProperties: false,
        },
      },
      consensus: {
        ask: 'Judge now whether all answers of this round come to the same; if so, further rounds are spared.',
        schema: {
          type: 'object',
          properties: {
            consensus: { type: 'boolean', description: 'Whether all answers come to the same' },
            reason: { type: 'string', description: 'Why, in a sentence' },
          },
          required: ['consensus', 'reason'],
          additionalProperties: false,
        },
      },
      verdict: {
        ask: 'Decide now: weigh the reasons, not how many share them nor the order in which they stand. Rule on each position of the last round by its label, and say what all agree on and what stays in dispute.',
        schema: {
          type: 'object',
          properties: {
            answer: {
              type: 'string',
              description: 'The answer in a few words; in the words of a position where you follow one',
            },
            verdict: { type: 'string', description: 'The decision with its reasons' },
            positions: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  label: { type: 'string', description: 'Label of a position of the last round' },
                  upheld: { type: 'boolean', description: 'Whether the verdict follows it' },
                  reason: { type: 'string', description: 'Why, in a sentence' },
                },
                required: ['label', 'upheld', 'reason'],
                additionalProperties: false,
              },
              description: 'A ruling on each position of the last round',
              maxItems: 64,
            },
            agreements: {
              type: 'array',
              items: { type: 'string', description: 'One point' },
              description: 'What all agree on',
              maxItems: 32,
            },
            disagreements: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  about: { type: 'string', description: 'What it is about' },
                  sides: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        label: { type: 'string', description: 'Label of the position' },
                        claim: { type: 'string', description: 'What it says' },
                      },
                      required: ['label', 'claim'],
                      additionalProperties: false,
                    },
                    description: 'The sides',
                    maxItems: 16,
                  },
                },
                required: ['about', 'sides'],
                additionalProperties: false,
              },
              description: 'What stays in dispute',
              maxItems: 32,
            },
          },
          required: ['answer', 'verdict', 'positions', 'agreements', 'disagreements'],
          additionalProperties: false,
        },
        chooses: 'label',
      },
    },
    example: { debaters: ['optimist', 'sceptic'], judge: 'referee', task: 'Is the release ready?' },
  },
  swarm: {
    name: 'swarm',
    about: 'Agents that claim tasks from a shared board by what they can do.',
    fields: {
      agents: { kind: 'agents', about: 'Who may claim tasks; all agents of the team by default.' },
      tasks: {
        kind: 'shape',
        shape: 'openTasks',
        about: 'What is on the board at first; the task of the run by default.',
      },
      maxTasks: {
        kind: 'count',
        max: 64,
        about: 'Tasks on the board at most, those that come later included; 64 by default.',
      },
      maxHops: { kind: 'count', max: 8, about: 'How far tasks may follow from one another; 4 by default.' },
      attempts: { kind: 'count', max: 10, about: 'Claims of one task before it counts as failed; 5 by default.' },
      lease: { kind: 'duration', about: "How long a claim holds; the agent's own time by default." },
      idleStop: { kind: 'duration', about: 'Ends the swarm when no task was finished for so long.' },
    },
    roles: {
      finding: {
        ask: 'Give what you found now. Name further tasks only where the board needs them.',
        schema: {
          type: 'object',
          properties: {
            finding: { description: 'What you found or did: text or data' },
            tasks: {
              type: 'array',
              maxItems: 8,
              description: 'Further tasks for the board, each complete in itself; none if there is nothing more to do',
              items: {
                type: 'object',
                properties: {
                  task: { type: 'string', minLength: 1, description: 'What is to be done' },
                  needs: {
                    type: 'array',
                    items: { type: 'string' },
                    maxItems: 8,
                    description: 'Capabilities it takes',
                  },
                },
                required: ['task'],
                additionalProperties: false,
              },
            },
          },
          required: ['finding'],
          additionalProperties: false,
        },
      },
    },
    example: {
      agents: ['north', 'south'],
      tasks: ['Look at the first half', { task: 'Look at the second half', needs: ['history'] }],
      task: 'Look at all of it',
    },
  },
  blackboard: {
    name: 'blackboard',
    about: 'Agents that make artifacts on a shared board, each when nothing blocks it any more.',
    fields: {
      board: {
        kind: 'shape',
        shape: 'board',
        about: 'The board to begin with: artifacts with owners and what blocks them, decisions.',
        needed: true,
      },
      agents: { kind: 'agents', about: 'Who takes artifacts that nobody owns; the owners of the others by default.' },
      maxParallel: { kind: 'count', max: 64, about: 'Artifacts that are worked on at the same time; 8 by default.' },
      attempts: {
        kind: 'count',
        max: 5,
        about: 'Attempts of an agent at its artifact before that has failed; 2 by default.',
      },
    },
    defaultTask: 'Finish the board {{board.taskId}}',
    example: {
      board: {
        taskId: 'feat-dashboard',
        artifacts: { api_spec: { owner: 'backend' }, security_review: { owner: 'cso', blockedBy: 'api_spec' } },
      },
      task: 'Build the dashboard',
    },
  },
  meeting: {
    name: 'meeting',
    about: 'Participants go through an agenda, answer concerns, and decide by vote.',
    fields: {
      title: { kind: 'line', about: 'What the meeting is about.', needed: true },
      participants: {
        kind: 'agents',
        about: 'Who is invited.',
        needed: true,
        examples: [['cto', 'backend', 'frontend']],
      },
      agenda: {
        kind: 'list',
        of: { kind: 'text', about: 'An item.' },
        about: 'Items, in order; the task alone by default.',
        min: 1,
      },
      decisionRequired: { kind: 'flag', about: 'Every item needs a motion that is carried.' },
      maxDurationMinutes: {
        kind: 'number',
        max: 10080,
        about: 'Hard stop; 60 by default. Time in which a person is waited for does not count.',
      },
      quorum: {
        kind: 'number',
        max: 64,
        about: 'Votes that make a vote valid: a count, or a share below 1; more than half by default.',
      },
      rule: {
        kind: 'oneOf',
        values: ['majority', 'consensus'],
        about: 'What carries a motion: more yes than no (the default), or no "no".',
      },
      rounds: { kind: 'count', max: 5, about: 'Rounds of the floor for each item; 1 by default.' },
      chair: { kind: 'agent', about: 'Puts motions and breaks ties; the first participant that is there by default.' },
      runActionItems: { kind: 'flag', about: 'Action items are run as tasks of those they are assigned to.' },
    },
    defaultTask: '{{title}}',
    roles: {
      contribution: {
        ask: 'You have the floor on this agenda item: say what you have to add. Raise what worries you as concerns, each to the participant who can answer it, and propose what should be decided, if you know it.',
        schema: {
          type: 'object',
          properties: {
            statement: { type: 'string', description: 'What you have to say on this agenda item, at most 200 words' },
            concerns: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  to: { type: 'string', description: 'Who is to answer it' },
                  concern: { type: 'string', description: 'One concern, in a sentence or two' },
                },
                required: ['to', 'concern'],
                additionalProperties: false,
              },
              description: 'What worries you; empty when nothing does',
              maxItems: 3,
            },
            proposal: { type: 'string', description: 'What should be decided, in a sentence' },
          },
          required: ['statement'],
          additionalProperties: false,
        },
        chooses: 'to',
      },
      reply: {
        ask: 'Answer now each concern that is addressed to you, by its id. Say so where you have no answer.',
        schema: {
          type: 'object',
          properties: {
            answers: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  concern: { type: 'string', description: 'Id of the concern' },
                  answer: { type: 'string', description: 'The answer to it' },
                },
                required: ['concern', 'answer'],
                additionalProperties: false,
              },
              description: 'One answer for each concern',
              maxItems: 64,
            },
          },
          required: ['answers'],
          additionalProperties: false,
        },
        chooses: 'concern',
      },
      motion: {
        ask: 'You are in the chair. Put now the motions on this agenda item that the discussion calls for, each so that one can vote yes or no on it, with its rationale and the tasks that follow if it is carried. Put none when nothing is to be decided.',
        schema: {
          type: 'object',
          properties: {
            motions: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  motion: { type: 'string', description: 'What is to be decided, in a sentence' },
                  rationale: { type: 'string', description: 'Why, from the discussion' },
                  actions: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        agent: { type: 'string', description: 'The participant that does it' },
                        task: { type: 'string', description: 'What it is to do, complete in itself' },
                      },
                      required: ['agent', 'task'],
                      additionalProperties: false,
                    },
                    description: 'Tasks that follow, each for one participant',
                    maxItems: 16,
                  },
                },
                required: ['motion', 'rationale'],
                additionalProperties: false,
              },
              description: 'Motions to be voted on, in order',
              maxItems: 3,
            },
            actions: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  agent: { type: 'string', description: 'The participant that does it' },
                  task: { type: 'string', description: 'What it is to do, complete in itself' },
                },
                required: ['agent', 'task'],
                additionalProperties: false,
              },
              description: 'Tasks that follow from the discussion, whatever is decided',
              maxItems: 16,
            },
          },
          required: ['motions'],
          additionalProperties: false,
        },
      },
      ballot: {
        ask: 'Vote now on the motion: yes, no or abstain, with your reason. The others do not see your ballot before all have voted.',
        schema: {
          type: 'object',
          properties: {
            choice: { type: 'string', enum: ['yes', 'no', 'abstain'], description: 'Your vote' },
            reason: { type: 'string', description: 'Why, in a sentence' },
          },
          required: ['choice', 'reason'],
          additionalProperties: false,
        },
      },
      tiebreak: {
        ask: 'The vote is tied. As the chair, decide it now: yes or no, with your reason.',
        schema: {
          type: 'object',
          properties: {
            choice: { type: 'string', enum: ['yes', 'no'], description: 'The decision' },
            reason: { type: 'string', description: 'Why, in a sentence' },
          },
          required: ['choice', 'reason'],
          additionalProperties: false,
        },
      },
    },
    example: { title: 'Release review', participants: ['dev', 'qa'], agenda: ['Is it ready?'], decisionRequired: true },
  },
  taskTree: {
    name: 'taskTree',
    about: 'Tasks made of tasks: parts first, then whoever gave them.',
    fields: {
      root: {
        kind: 'shape',
        shape: 'taskTree',
        about: 'The task, its agent, and the tasks it is made of.',
        needed: true,
      },
      maxParallel: { kind: 'count', max: 64, about: 'Tasks at the same time in the whole tree; 8 by default.' },
      attempts: {
        kind: 'count',
        max: 5,
        about: 'Attempts at one task, by its agent and those that stand in; 3 by default.',
      },
    },
    defaultTask: '{{root.task}}',
    example: {
      root: { agent: 'lead', task: 'Ship the dashboard', children: [{ agent: 'backend', task: 'Build its API' }] },
    },
  },
  plan: {
    name: 'plan',
    about: 'Tasks that wait for one another, planned or given; each begins as soon as it can.',
    fields: {
      planner: { kind: 'agent', about: 'The agent that makes the plan and revises it.' },
      specialists: { kind: 'agents', about: 'Agents that tasks may be for; all others of the team by default.' },
      tasks: {
        kind: 'list',
        of: {
          kind: 'fields',
          fields: {
            id: { kind: 'name', about: 'What other tasks call it.', needed: true },
            agent: { kind: 'agent', about: 'Who does it.', needed: true },
            task: { kind: 'text', about: 'What is to be done; the task of the run by default.' },
            dependsOn: {
              kind: 'shape',
              shape: 'names',
              about: 'Ids of the tasks whose results it needs: one, or a list.',
            },
          },
          about: 'A task of the plan.',
        },
        about: 'The plan to begin with, in place of one that the planner makes.',
        min: 1,
      },
      maxReplans: {
        kind: 'count',
        max: 5,
        about: 'How often the planner may look at the plan again: 2 by default, 0 for never.',
        min: 0,
      },
      maxParallel: { kind: 'count', max: 64, about: 'Tasks at the same time; 8 by default.' },
      attempts: { kind: 'count', max: 5, about: 'Attempts at one task before the planner hears of it; 2 by default.' },
      synthesizer: {
        kind: 'agent',
        about: 'Puts the results together; without one the output is the results by task.',
      },
    },
    needs: [['planner'], ['tasks']],
    roles: {
      dag: {
        ask: 'Plan now: split the task into tasks, one specialist each, and say which results each needs from others. What needs nothing runs at once; use as few as will do.',
        schema: {
          type: 'object',
          properties: {
            tasks: {
              type: 'array',
              description: 'Tasks, each complete in itself',
              maxItems: 64,
              items: {
                type: 'object',
                properties: {
                  id: { type: 'string', description: 'Short id of the task, such as "api"' },
                  agent: { type: 'string', description: 'Name of the specialist that gets it' },
                  task: { type: 'string', description: 'What this specialist is to do, complete in itself' },
                  dependsOn: {
                    type: 'array',
                    items: { type: 'string' },
                    description: 'Ids of the tasks whose results it needs; none when it can begin at once',
                    maxItems: 64,
                  },
                },
                required: ['id', 'agent', 'task'],
                additionalProperties: false,
              },
            },
            note: { type: 'string', description: 'Remarks' },
          },
          required: ['tasks'],
          additionalProperties: false,
        },
      },
      replan: {
        ask: 'Look at the plan as it stands. List every task that is still to be done from now on: those to keep as they are, those to change, new ones. Finished tasks stay and may be needed by others; running ones go on unless "callOff" names them; what you leave out is given up.',
        schema: {
          type: 'object',
          properties: {
            reason: { type: 'string', description: 'What is changed and why' },
            tasks: {
              type: 'array',
              description: 'Tasks, each complete in itself',
              maxItems: 64,
              items: {
                type: 'object',
                properties: {
                  id: { type: 'string', description: 'Short id of the task, such as "api"' },
                  agent: { type: 'string', description: 'Name of the specialist that gets it' },
                  task: { type: 'string', description: 'What this specialist is to do, complete in itself' },
                  dependsOn: {
                    type: 'array',
                    items: { type: 'string' },
                    description: 'Ids of the tasks whose results it needs; none when it can begin at once',
                    maxItems: 64,
                  },
                },
                required: ['id', 'agent', 'task'],
                additionalProperties: false,
              },
            },
            callOff: {
              type: 'array',
              items: { type: 'string' },
              description: 'Running tasks to call off',
              maxItems: 64,
            },
          },
          required: ['reason', 'tasks'],
          additionalProperties: false,
        },
      },
    },
    example: {
      team: 'daily-report',
      tasks: [
        { id: 'tickets', agent: 'jira', task: 'List the open tickets' },
        { id: 'report', agent: 'mail', task: 'Write them up', dependsOn: ['tickets'] },
      ],
      task: 'Report on the open tickets',
    },
  },
  peers: {
    name: 'peers',
    about: 'Agents that ask and tell one another by the routing table of the team.',
    fields: {
      start: { kind: 'agent', about: 'The agent that gets the task.', needed: true },
      agents: { kind: 'agents', about: 'Who takes part; everybody of the routing table by default.' },
    },
    example: { team: 'ship-feature', start: 'backend', agents: ['backend', 'devops', 'cso'], task: 'Plan the new API' },
  },
  publish: {
    name: 'publish',
    about: 'An event, and a run for everybody who subscribed to it.',
    fields: {
      subject: {
        kind: 'line',
        about: 'What happened, as words joined by dots.',
        needed: true,
        examples: ['acme.events.pr.merged'],
      },
      data: { kind: 'json', about: 'What is to be known about it: any JSON.', needed: true },
      id: {
        kind: 'line',
        about: 'The same id is the same event, however often it comes; made from the run by default.',
      },
      source: { kind: 'line', about: 'Who says so, as a URI reference.' },
      subjectKey: {
        kind: 'line',
        about: 'What it is about; ordered consumers get events of one key one after another.',
      },
      correlationId: { kind: 'line', about: 'The same for all events that follow from one; the id by default.' },
      causationId: { kind: 'line', about: 'The event it follows from.' },
      hops: { kind: 'count', max: 1000, about: 'Events before it in its chain.', min: 0 },
      only: { kind: 'line', about: 'The one consumer that gets it once more: a dead letter that is tried again.' },
    },
    defaultTask: 'Publish {{subject}}',
    example: { team: 'ship-feature', subject: 'genbrain.events.pr.merged', data: { pr: 42 }, id: 'pr-42-merged' },
  },
  consume: {
    name: 'consume',
    about: 'What one consumer does with one event.',
    fields: {
      event: { kind: 'object', about: 'The event, as `publish` hands it over.', needed: true },
      agent: { kind: 'agent', about: 'The agent that handles it.', needed: true },
      consumer: { kind: 'line', about: 'Name of the subscription; that of the agent by default.' },
      action: { kind: 'text', about: 'What it is to do: a task, or the name of one of its tools.' },
      emits: { kind: 'list', of: { kind: 'line', about: 'A subject.' }, about: 'What it publishes when it is done.' },
      attempts: {
        kind: 'count',
        max: 20,
        about: 'How often it is tried before it becomes a dead letter; 3 by default.',
      },
    },
    defaultTask: 'Handle the event {{event.subject}}',
    example: {
      team: 'ship-feature',
      agent: 'devops',
      action: 'Deploy what was merged',
      event: { id: 'pr-42-merged', subject: 'genbrain.events.pr.merged', data: { pr: 42 } },
    },
  },
  compose: {
    name: 'compose',
    about: 'A composition of the team, or any node.',
    fields: {
      composition: {
        kind: 'shape',
        shape: 'composition',
        about: 'The name of a composition of the team, or a node.',
        needed: true,
      },
    },
    example: { team: 'daily-report', composition: 'daily', input: { date: '2026-03-20' } },
  },
};
