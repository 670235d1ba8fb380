import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type Command, Option } from 'commander';

import { isJsonObject, type Json, type JsonObject } from '../../contracts/json';
import { type PatternName, patternNames } from '../../contracts/names';
import { queuesOfTeam } from '../../workers/agent-queues';
import { type Config, withModel } from '../../workers/config';
import { type RunOrder, seeThrough, startOrder } from '../carry-out';
import { CliError } from '../cli-error';
import { compare, comparisonText, singleOrder, writeSingleTeam } from '../compare-single';
import { type CliContext, readJsonArgument, readTextArgument } from '../context';
import { exitCodes } from '../exit-codes';
import { resolveTarget, taskWithout, type Target } from '../resolve-target';
import { modelOption } from '../model-option';
import { Session } from '../session';
import { exitCodeFor } from '../show-run';
import { userName } from './approve';

interface RunCommandOptions {
  input?: string;
  background?: string;
  model?: string;
  type?: PatternName;
  detach?: boolean;
  compare?: 'single';
  by: string;
}

export function registerRun(program: Command, ctx: CliContext): void {
  program
    .command('run')
    .summary('run a team or a composition and see it through')
    .description(
      'Runs a team or a composition: starts a server and a worker where none runs, shows the progress of every agent, asks ' +
        'where a person is needed, and says at the end what came out and what it cost.',
    )
    .argument('<team>', 'team, team/composition, composition, or the path of a team folder')
    .argument('[task]', 'what to do; a composition may bring its own')
    .option('--input <json>', 'data of the run: a JSON object, or @file')
    .option('--background <text>', 'what the agents should know besides the task: a text, or @file')
    .option('--model <model>', 'goes before the models of the team: provider/model, or offline', modelOption)
    .addOption(new Option('--type <pattern>', 'workflow type, in place of a composition').choices(patternNames))
    .option('--detach', 'start it and leave; a server and a worker must run already')
    .addOption(
      new Option('--compare <with>', 'run the task once more with one agent and compare the tokens').choices([
        'single',
      ]),
    )
    .option('--by <name>', 'in whose name you decide here; a claim', userName())
    .action(async (name: string, task: string | undefined, options: RunCommandOptions) => {
      const target = await resolveTarget(ctx.config(), name, options.type === undefined);
      const order = orderFrom(target, task, options);
      const session = await new Session(ctx, sessionOptions(ctx.config(), target, order, options)).open();
      if (options.detach) await detach(ctx, session, order);
      else await runAndCompare(ctx, session, target, order, options);
    });
}

function orderFrom(target: Target, task: string | undefined, options: RunCommandOptions): RunOrder {
  const data = options.input === undefined ? {} : inputFrom(options.input);
  const without = taskWithout(target);
  const text = task ?? (without.own ? undefined : without.scheduled);
  const { teamName, composition } = target;
  if (text === undefined && !without.own) {
    throw new CliError(
      `It is not said what ${teamName} is to do.`,
      `npx cadre run ${teamName} "what to do"`,
      exitCodes.usage,
    );
  }
  const type = options.type ?? 'compose';
  const input: JsonObject = { team: teamName, requestedBy: options.by };
  if (text !== undefined) input['task'] = text;
  if (options.background !== undefined)
    input['background'] = readTextArgument(options.background, '--background', (file) => readFileSync(file, 'utf8'));
  if (Object.keys(data).length > 0) input['input'] = data;
  if (type === 'compose' && composition !== undefined) input['composition'] = composition;
  const subject = composition && composition !== teamName ? `${teamName}-${composition}` : teamName;
  return { type, input, subject, summary: `${type} · ${subject}` };
}

function inputFrom(text: string): JsonObject {
  const value = readJsonArgument(text, '--input', (file) => readFileSync(file, 'utf8'));
  if (isJsonObject(value)) return value;
  throw new CliError('--input takes a JSON object.', `--input '{"date":"2026-01-31"}'`, exitCodes.usage);
}

function sessionOptions(
  config: Config,
  target: Target,
  order: RunOrder,
  options: RunCommandOptions,
): ConstructorParameters<typeof Session>[1] {
  const { model } = options;
  return {
    start: !options.detach,
    queues: queuesOfTeam(target.team),
    allow: pathsIn(order.input['input'] ?? null, config.cwd),
    ...(model === undefined ? {} : { model }),
    adjust: (given) => {
      const withFolder = target.folder ? { ...given, teamFolders: [target.folder] } : given;
      return model === undefined ? withFolder : withModel(withFolder, model);
    },
  };
}

/** Files and folders outside the working directory that the person named in the input: naming them allows reading them. */
export function pathsIn(value: Json, cwd: string): string[] {
  if (typeof value === 'string') {
    const place = path.resolve(cwd, value);
    const outside = path.isAbsolute(value) || value.startsWith('..');
    return outside && value.length < 4096 && !value.includes('\0') && existsSync(place) ? [place] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap((member) => pathsIn(member, cwd));
}

async function detach(ctx: CliContext, session: Session, order: RunOrder): Promise<void> {
  if (!(await session.isServed())) {
    throw new CliError(
      'No worker runs that would carry out a detached run.',
      'npx cadre dev (in another terminal)',
      exitCodes.noServer,
    );
  }
  const { workflowId, runId } = await startOrder(ctx, session, order);
  ctx.terminal.result({ workflowId, runId, link: session.link(workflowId, runId) });
  ctx.terminal.line(`Look at it with: npx cadre status '${workflowId}'`);
}

async function runAndCompare(
  ctx: CliContext,
  session: Session,
  target: Target,
  order: RunOrder,
  options: RunCommandOptions,
): Promise<void> {
  const single = options.compare === 'single' ? await writeSingleTeam(ctx.config(), target) : undefined;
  await session.ensureWorker();
  const run = await startOrder(ctx, session, order);
  ctx.farewell = `The run stays open and goes on as soon as a worker runs: npx cadre dev. Look at it: npx cadre status '${run.workflowId}'`;
  const end = await seeThrough(ctx, session, run, options);
  if (end.result) ctx.exitCode = exitCodeFor(end.result.status);
  else ctx.exitCode = exitCodes.failed;
  const link = session.link(run.workflowId, run.runId);
  if (!single || !end.result) {
    ctx.terminal.result({ ...run, link, ...end });
    return;
  }
  const without = single.without.length > 0 ? `, without the elevated ${single.without.join(', ')}` : '';
  ctx.terminal.line(`\nThe same task for a single agent with all tools${without}:`);
  const other = await startOrder(ctx, session, singleOrder(order, single.name));
  const otherEnd = await seeThrough(ctx, session, other, options);
  const comparison = otherEnd.result ? compare(end.result, otherEnd.result) : undefined;
  ctx.terminal.result({ ...run, link, ...end, single: { ...other, ...otherEnd }, comparison });
  ctx.terminal.line(
    comparison ? `\n${comparisonText(comparison)}` : 'The single agent gave no result to compare with.',
  );
}
