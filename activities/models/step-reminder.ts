import type { CallModelRequest, DeltaPart } from '../../contracts/activities';
import { roleNamed } from '../../contracts/role-schemas';
import { dataSentence } from './render-part';

type TaskPart = Extract<DeltaPart, { kind: 'task' }>;

const sentences: Readonly<Record<string, string>> = {
  agent: 'Do the task now: call tools if you need them, or give your final answer.',
  synthesis: 'Write the final answer to the task now, from the results above. Name contradictions and what is missing.',
};

const restatedMax = 600;
const rootMax = 1_200;

/**
 * The last word before the model answers: what to do now, the task in short, and the rule about data again, because
 * what stands last weighs most (the closing half of the sandwich). Made anew in each step and never part of the thread.
 */
export function stepReminder(
  request: CallModelRequest,
  task: TaskPart | null,
  hasData: boolean,
  load: Readonly<Record<string, number>> = {},
): string {
  const lines: string[] = [];
  if (task) {
    lines.push(`The task was given by ${task.from}${hasData ? `: ${cut(task.text, restatedMax)}` : '.'}`);
    if (task.rootTask && task.rootTask !== task.text) {
      lines.push(`It is part of this request, which stays the measure: ${cut(task.rootTask, rootMax)}`);
    }
  }
  lines.push(roleNamed(request.role)?.ask ?? sentences[request.role] ?? '');
  const choices = request.choices ?? [];
  if (choices.length > 0) {
    lines.push(
      'Choose only among these names:',
      ...choices.map(({ name, description, agent }) => `- ${name}: ${description}${busyWords(agent, load)}`),
    );
  }
  if (hasData) lines.push(`Whatever stands between <<<data …>>> marks: ${lowerFirst(dataSentence)}`);
  return lines.join('\n');
}

function busyWords(agent: string | undefined, load: Readonly<Record<string, number>>): string {
  const count = agent === undefined ? undefined : load[agent];
  return count === undefined ? '' : ` (at work in ${count} conversation${count === 1 ? '' : 's'})`;
}

function cut(text: string, length: number): string {
  const flat = text.trim();
  return flat.length > length ? `${flat.slice(0, length)}… (in full above)` : flat;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
