import type { RoleDeclaration } from '../../contracts/pattern-declaration';
import { answer, listOf, sentence, yesNo } from '../../contracts/role-parts';

const side = answer({ label: sentence('Label of the position'), claim: sentence('What it says') });

/** What debaters and judge of a debate are asked. */
export const debateRoles: Record<string, RoleDeclaration> = {
  position: {
    ask: 'Answer the question now: `answer` in a few words that can be compared with the answers of others, `argument` with the reasons. Say nothing of who you are. Where you were shown other answers, say what you make of their reasons, by their labels.',
    schema: answer({
      answer: sentence('The answer in a few words, such as "yes", a name or a number'),
      argument: sentence('The reasons, complete in themselves, at most 400 words'),
    }),
  },
  consensus: {
    ask: 'Judge now whether all answers of this round come to the same; if so, further rounds are spared.',
    schema: answer({
      consensus: yesNo('Whether all answers come to the same'),
      reason: sentence('Why, in a sentence'),
    }),
  },
  verdict: {
    ask: 'Decide now: weigh the reasons, not how many share them nor the order in which they stand. Rule on each position of the last round by its label, and say what all agree on and what stays in dispute.',
    schema: answer({
      answer: sentence('The answer in a few words; in the words of a position where you follow one'),
      verdict: sentence('The decision with its reasons'),
      positions: listOf(
        answer({
          label: sentence('Label of a position of the last round'),
          upheld: yesNo('Whether the verdict follows it'),
          reason: sentence('Why, in a sentence'),
        }),
        'A ruling on each position of the last round',
        64,
      ),
      agreements: listOf(sentence('One point'), 'What all agree on', 32),
      disagreements: listOf(
        answer({ about: sentence('What it is about'), sides: listOf(side, 'The sides', 16) }),
        'What stays in dispute',
        32,
      ),
    }),
    chooses: 'label',
  },
};
