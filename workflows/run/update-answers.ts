import { currentUpdateInfo } from '@temporalio/workflow';
import type { Json } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';

/** The answer to an update, by the update's id; of an approval only the id, since the run holds the approval itself. */
export type CarriedAnswer = [updateId: string, answer: Json];

const answersMax = 100;
const answerBytes = 2_000;

/**
 * What updates were answered, by update id (F13). The server itself takes an id only once within a run, but forgets it
 * with continue-as-new: there a client that sends again would top up a budget twice.
 */
export class UpdateAnswers {
  private readonly kept: Map<string, Json>;

  constructor(carried: readonly CarriedAnswer[] = []) {
    this.kept = new Map(carried);
  }

  /** The first answer to the update that is being handled, when it was taken before. */
  before(): { answer: Json } | null {
    const id = currentUpdateInfo()?.id;
    const answer = id === undefined ? undefined : this.kept.get(id);
    return answer === undefined ? null : { answer };
  }

  keep(answer: unknown): void {
    const id = currentUpdateInfo()?.id;
    if (id === undefined) return;
    this.kept.set(id, shortOf(answer));
    const [oldest] = this.kept.keys();
    if (this.kept.size > answersMax && oldest !== undefined) this.kept.delete(oldest);
  }

  toJson(): CarriedAnswer[] {
    return [...this.kept];
  }
}

/** A settled approval is carried by the run as well. */
function shortOf(answer: unknown): Json {
  if (isJsonObject(answer) && typeof answer['id'] === 'string' && 'digest' in answer) return { approval: answer['id'] };
  const text = JSON.stringify(answer) ?? 'null';
  return text.length <= answerBytes ? (JSON.parse(text) as Json) : { accepted: true };
}
