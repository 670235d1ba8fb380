import { judgeCall } from '../../contracts/authority';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import { callKey, callKeysIn } from '../../contracts/given-call';
import type { Json, JsonObject } from '../../contracts/json';
import type { ToolNode } from '../../contracts/node';
import { joinUntrusted } from '../../contracts/untrusted';
import { askPerson } from './ask-person';
import { runTool } from './run-tool';
import type { Outcome, Scope } from './scope';
import { outcomeOf, templateValues } from './scope';
import { fillJson } from './template';
import { ToolCaller } from './tool-caller';

/** A tool called by the composition itself. It acts in the name of the agent `by`, with exactly that agent's rights. */
export async function performTool(scope: Scope, node: ToolNode): Promise<Outcome> {
  const caller = new ToolCaller(scope, node.by);
  const args = fillJson(node.args ?? {}, templateValues(scope)) as JsonObject;
  const call = {
    ordinal: 0,
    tool: node.tool,
    args,
    argsDigest: digestOf(args),
    definition: null,
    effect: 'read' as const,
  };
  const given = isGiven(scope, node);
  const judged = judgeCall(scope.run.team, {
    agent: caller.agent,
    tool: node.tool,
    effect: 'read',
    untrusted: scope.untrusted !== null,
    private: caller.private,
    given,
  });
  if (judged.verdict === 'deny') throw new CadreError(judged.kind, judged.reason, { path: scope.path });
  const asked =
    judged.verdict === 'approval' ? await askPerson(caller, { ...call, effect: judged.effect }, judged) : null;
  if (asked?.refusal) {
    const { kind, message } = asked.refusal;
    scope.run.keepFailure({ kind, message, retryable: false, path: scope.path });
    return outcomeOf({
      status: 'rejected',
      output: { inline: { error: kind, message } },
      from: node.tool,
      stoppedBecause: message,
    });
  }
  const done = await runTool(caller, {
    ...call,
    args: asked?.args ?? args,
    effect: judged.effect,
    grant: asked?.grant ?? null,
    given,
  });
  if (done.isError)
    throw new CadreError(
      'ToolFailed',
      `The tool ${node.tool} reported an error: ${JSON.stringify(done.body).slice(0, 500)}`,
      { path: scope.path },
    );
  return outcomeOf({
    output: done.body,
    from: node.tool,
    untrusted: joinUntrusted([scope.untrusted, done.untrusted]),
    ...(caller.private && { private: true as const }),
  });
}

/**
 * Whether a call is the caller's and not the registered team's (I9): it stands in the run's input, or in no composition
 * of the team, as one that an event asks for. Known by how it is written, templates unfilled.
 */
function isGiven({ run }: Scope, node: ToolNode): boolean {
  const { givenCalls, team } = run.started;
  if (givenCalls === undefined) return false;
  const key = callKey(node);
  return givenCalls.includes(key) || !callKeysIn(team.compositions as unknown as Json).has(key);
}
