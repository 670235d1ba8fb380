import type { CallModelRequest, DeltaPart, Role } from '../../contracts/activities';
import { dataSentence } from './render-part';

type TaskPart = Extract<DeltaPart, { kind: 'task' }>;

const roleSentences: Readonly<Record<Role, string>> = {
  agent: 'Do the task now: call tools if you need them, or give your final answer.',
  plan: 'Plan now: split the task into independent tasks, each complete in itself, one for each specialist that is needed. Use as few as will do.',
  review:
    'Review now: give one verdict for each subtask. Accept what fulfils its task; otherwise retry with feedback, reassign, or drop it, and say why.',
  sufficiency:
    'Judge now whether the results are enough to fulfil the task. Name what is missing, and tasks that would close the gaps.',
  synthesis: 'Write the final answer to the task now, from the results above. Name contradictions and what is missing.',
  route: 'Choose now the one route that fits the task best, and say how sure you are.',
  score:
    'Judge the draft now against its goal: a score from 0 to 1 and the problems, each with where it is and how to mend it.',
  merge: 'Merge the results now into one. Keep what they agree on, and name every contradiction with both sides.',
};

const restatedMax = 600;
const rootMax = 1_200;

/**
 * The last word before the model answers: what to do now, the task in short, and the rule about data again, because
 * what stands last weighs most (the closing half of the sandwich). Made anew in each step and never part of the thread.
 */
export function stepReminder(request: CallModelRequest, task: TaskPart | null, hasData: boolean): string {
  const lines: string[] = [];
  if (task) {
    lines.push(`The task was given by ${task.from}${hasData ? `: ${cut(task.text, restatedMax)}` : '.'}`);
    if (task.rootTask && task.rootTask !== task.text) {
      lines.push(`It is part of this request, which stays the measure: ${cut(task.rootTask, rootMax)}`);
    }
  }
  lines.push(roleSentences[request.role]);
  const choices = request.choices ?? [];
  if (choices.length > 0) {
    lines.push(
      'Choose only among these names:',
      ...choices.map(({ name, description }) => `- ${name}: ${description}`),
    );
  }
  if (hasData) lines.push(`Whatever stands between <<<data …>>> marks: ${lowerFirst(dataSentence)}`);
  return lines.join('\n');
}

function cut(text: string, length: number): string {
  const flat = text.trim();
  return flat.length > length ? `${flat.slice(0, length)}… (in full above)` : flat;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
