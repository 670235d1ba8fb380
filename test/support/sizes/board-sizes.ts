import { json } from '../drill-model';
import { says, leaf, inOrder, silent, type Answer, type Size } from './size';

const part = (id: string, agent: string, dependsOn: string[] = []) => ({ id, agent, task: `do ${id}`, dependsOn });
const artifact = (owner: string, blockedBy?: string) => ({ owner, ...(blockedBy !== undefined && { blockedBy }) });

export const boardSizes = {
  swarm: [
    {
      about: 'three tasks',
      input: { agents: ['north', 'south'], tasks: ['A', 'B', 'C'] },
      letters: { C: 3, U: 0 },
      calls: 3,
    },
    {
      about: 'a task that leads to two more',
      input: { agents: ['north', 'south'], tasks: ['A'] },
      letters: { C: 3, U: 0 },
      calls: 3,
      answer: inOrder('finding', { finding: 'more', tasks: [{ task: 'B' }, { task: 'C' }] }),
    },
    {
      about: 'one that is given back after two repairs',
      input: { agents: ['north', 'south'], tasks: ['A'] },
      letters: { C: 2, U: 2 },
      calls: 4,
      answer: silent('north'),
    },
  ],
  blackboard: [
    {
      about: 'two, one after the other',
      input: { board: { taskId: 'cost', artifacts: { a: artifact('north'), b: artifact('south', 'a') } } },
      letters: { A: 2, U: 0 },
      calls: 2,
    },
    {
      about: 'three, of which one is there',
      input: {
        board: {
          taskId: 'cost',
          artifacts: {
            a: { ...artifact('north'), status: 'complete' },
            b: artifact('south', 'a'),
            c: artifact('critic'),
          },
        },
      },
      letters: { A: 2, U: 0 },
      calls: 2,
    },
    {
      about: 'two attempts that give nothing, with their repairs',
      input: { board: { taskId: 'cost', artifacts: { a: artifact('north'), b: artifact('south') } } },
      letters: { A: 3, U: 4 },
      calls: 7,
      answer: silent('south'),
    },
  ],
  taskTree: [
    { about: 'one task', input: { root: leaf('lead', 'All') }, letters: { T: 1, E: 0, U: 0 }, calls: 1 },
    {
      about: 'four on three levels',
      input: {
        root: {
          ...leaf('lead', 'All'),
          children: [{ ...leaf('north', 'A'), children: [leaf('south', 'B')] }, leaf('critic', 'C')],
        },
      },
      letters: { T: 4, E: 0, U: 0 },
      calls: 4,
    },
    {
      about: 'a leaf that fails twice',
      input: { root: { ...leaf('lead', 'All'), children: [leaf('south', 'B'), leaf('critic', 'C')] }, attempts: 2 },
      letters: { T: 3, E: 1, U: 4 },
      calls: 8,
      answer: silent('south'),
    },
  ],
  plan: [
    {
      about: 'written down',
      input: { tasks: [part('a', 'north'), part('b', 'south', ['a']), part('c', 'critic', ['a'])] },
      letters: { P: 0, T: 3, L: 0, S: 0 },
      calls: 3,
    },
    {
      about: 'planned, and put together',
      input: { planner: 'lead', specialists: ['north', 'south'], synthesizer: 'merger' },
      letters: { P: 1, T: 2, L: 0, S: 1 },
      calls: 4,
    },
    {
      about: 'a look, since a result was a surprise',
      input: { planner: 'lead', specialists: ['north', 'south'] },
      letters: { P: 1, T: 3, L: 1, S: 0 },
      calls: 5,
      answer: surprised(),
    },
  ],
} satisfies Record<string, Size[]>;

/** One of two planned tasks says that the plan is to be looked at; the revision has one more. */
function surprised(): Answer {
  return ({ agent, role, said }) => {
    if (role === 'replan') return json({ reason: 'one more', tasks: [part('third', 'north')] });
    return agent === 'south' && !said.includes('third') && role === 'text'
      ? says('Replan: there is a third part')
      : undefined;
  };
}
