import type { Answer } from './answer';
import { fails } from './cases';

/** One answer of a working agent, as it left it. */
export interface Given {
  /** Whose work it is: `w2:r2`; in a swarm, where anybody may take a task, the rows alone. */
  item: string;
  answer: Answer;
}
/** One judgement of a checking agent, beside what is true of it. Only the account knows `wrong`; the checker does not. */
export interface Judgement {
  accepted: boolean;
  wrong: boolean;
}

/** One run of one variant: the dice that its scripted agents throw, and the account of what they said. */
export class Trial {
  readonly given: Given[] = [];
  readonly judgements: Judgement[] = [];
  /** Requests that reached the model. */
  calls = 0;
  private readonly times = new Map<string, number>();

  /**
   * `dice`: what its chances are drawn under; variants that share it throw the same. `reliability`: of the working
   * steps. `seeded`: the item whose first answer is false on purpose.
   */
  constructor(
    readonly id: string,
    readonly dice: readonly (string | number)[],
    readonly reliability: number,
    readonly seeded: string | null = null,
  ) {}

  /** Takes an item up once more: the key its chances are drawn under, and whether it goes wrong this time. */
  attempt(item: string, reliability: number): { nth: number; wrong: boolean; key: (string | number)[] } {
    const nth = (this.times.get(item) ?? 0) + 1;
    this.times.set(item, nth);
    const key = [...this.dice, item, nth];
    return { nth, wrong: fails(reliability, ...key), key };
  }
}
