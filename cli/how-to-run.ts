import type { Team } from '../contracts/team';
import { taskWithout } from './resolve-target';

export interface CompositionCommand {
  composition: string;
  command: string;
}

/**
 * The compositions of a team with the command that runs each. `given` is what the team was called on the command line: a
 * name, or the path of its folder.
 */
export function howToRun(team: Team, given: string, teamName: string): CompositionCommand[] {
  const place = given.replace(/\/team\.ya?ml$/, '').replace(/\/+$/, '');
  const names = Object.keys(team.compositions);
  return names.map((composition) => {
    const alone = names.length === 1 || composition === teamName;
    const target = alone ? place : `${place}/${composition}`;
    const without = taskWithout({ team, teamName, composition, folder: undefined });
    const task = without.own || without.scheduled !== undefined ? '' : ' "what to do"';
    return { composition, command: `npx cadre run ${target}${task}` };
  });
}
