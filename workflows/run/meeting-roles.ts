import type { RoleDeclaration } from '../../contracts/pattern-declaration';
import { answer, listOf, oneOf, sentence } from '../../contracts/role-parts';

const action = answer({
  agent: sentence('The participant that does it'),
  task: sentence('What it is to do, complete in itself'),
});
const actions = listOf(action, 'Tasks that follow, each for one participant', 16);

/** What chair and participants of a meeting are asked. */
export const meetingRoles: Record<string, RoleDeclaration> = {
  contribution: {
    ask: 'You have the floor on this agenda item: say what you have to add. Raise what worries you as concerns, each to the participant who can answer it, and propose what should be decided, if you know it.',
    schema: answer(
      {
        statement: sentence('What you have to say on this agenda item, at most 200 words'),
        concerns: listOf(
          answer({ to: sentence('Who is to answer it'), concern: sentence('One concern, in a sentence or two') }),
          'What worries you; empty when nothing does',
          3,
        ),
        proposal: sentence('What should be decided, in a sentence'),
      },
      ['concerns', 'proposal'],
    ),
    chooses: 'to',
  },
  reply: {
    ask: 'Answer now each concern that is addressed to you, by its id. Say so where you have no answer.',
    schema: answer({
      answers: listOf(
        answer({ concern: sentence('Id of the concern'), answer: sentence('The answer to it') }),
        'One answer for each concern',
        64,
      ),
    }),
    chooses: 'concern',
  },
  motion: {
    ask: 'You are in the chair. Put now the motions on this agenda item that the discussion calls for, each so that one can vote yes or no on it, with its rationale and the tasks that follow if it is carried. Put none when nothing is to be decided.',
    schema: answer(
      {
        motions: listOf(
          answer(
            {
              motion: sentence('What is to be decided, in a sentence'),
              rationale: sentence('Why, from the discussion'),
              actions,
            },
            ['actions'],
          ),
          'Motions to be voted on, in order',
          3,
        ),
        actions: { ...actions, description: 'Tasks that follow from the discussion, whatever is decided' },
      },
      ['actions'],
    ),
  },
  ballot: {
    ask: 'Vote now on the motion: yes, no or abstain, with your reason. The others do not see your ballot before all have voted.',
    schema: answer({
      choice: oneOf(['yes', 'no', 'abstain'], 'Your vote'),
      reason: sentence('Why, in a sentence'),
    }),
  },
  tiebreak: {
    ask: 'The vote is tied. As the chair, decide it now: yes or no, with your reason.',
    schema: answer({ choice: oneOf(['yes', 'no'], 'The decision'), reason: sentence('Why, in a sentence') }),
  },
};
