import fc from 'fast-check';
import { actionDigest, effectKey } from '../../contracts/action-digest';
import { judgeCall } from '../../contracts/authority';
import { bestMatch, matchesPattern } from '../../contracts/pattern-match';
import type { AgentView, ApprovalRule, TeamView } from '../../contracts/team';

function agentView(fields: Partial<AgentView>): AgentView {
  return {
    description: '',
    capabilities: [],
    tools: [],
    trust: 'read-only',
    privacy: 'public',
    budget: {},
    maxSteps: 5,
    timeoutMs: 1000,
    fallback: [],
    maxOutputTokens: 100,
    models: ['auto'],
    typed: false,
    ...fields,
  };
}

function team(approvals: ApprovalRule[] = [], fields: Partial<TeamView> = {}): TeamView {
  return {
    name: 't',
    digest: 'sha256:0',
    inline: false,
    agents: {
      reader: agentView({ tools: ['files.read_*'] }),
      writer: agentView({ tools: ['files.*', 'mail.*'], trust: 'elevated' }),
      meek: agentView({ tools: ['files.*'] }),
    },
    sources: {
      files: {
        zone: 'tools',
        effects: { 'read_*': 'read', write_file: 'write', delete_file: 'irreversible' },
        builtin: true,
      },
      mail: { zone: 'external', effects: { list: 'read' }, builtin: false },
    },
    aliases: {},
    compositions: {},
    policy: { approvers: {}, approvals, requireSignature: false },
    policyVersion: 'sha256:1',
    ...fields,
  };
}

const call = (agent: string, tool: string, untrusted = false) => ({ agent, tool, effect: 'read' as const, untrusted });
const auto: ApprovalRule = { tool: 'files.write_file', auto: true, timeoutMs: 1000, onTimeout: 'reject' };

describe('judgeCall', () => {
  it('allows a read of a listed tool only', () => {
    expect(judgeCall(team(), call('reader', 'files.read_file')).verdict).toBe('allow');
    expect(judgeCall(team(), call('reader', 'files.write_file'))).toMatchObject({
      verdict: 'deny',
      kind: 'ToolNotAllowed',
    });
    expect(judgeCall(team(), call('nobody', 'files.read_file'))).toMatchObject({
      verdict: 'deny',
      kind: 'UnknownAgent',
    });
  });

  it('lets only elevated agents write, and asks a person when no policy says otherwise', () => {
    expect(judgeCall(team(), call('meek', 'files.write_file'))).toMatchObject({
      verdict: 'deny',
      kind: 'ToolNotAllowed',
    });
    expect(judgeCall(team(), call('writer', 'files.write_file'))).toMatchObject({
      verdict: 'approval',
      effect: 'write',
    });
  });

  it('auto-approves a named write tool, but never after untrusted sources and never what is irreversible', () => {
    expect(judgeCall(team([auto]), call('writer', 'files.write_file')).verdict).toBe('allow');
    expect(judgeCall(team([auto]), call('writer', 'files.write_file', true)).verdict).toBe('approval');
    const given = judgeCall(team([auto]), { ...call('writer', 'files.write_file'), given: true });
    expect(given).toMatchObject({ verdict: 'approval', risk: expect.stringContaining('input of the run') as string });
    const careless = { ...auto, tool: 'files.*' };
    expect(judgeCall(team([careless]), call('writer', 'files.delete_file')).verdict).toBe('approval');
    const unnamed: ApprovalRule = { effect: 'write', auto: true, timeoutMs: 1000, onTimeout: 'reject' };
    expect(judgeCall(team([unnamed]), call('writer', 'files.write_file')).verdict).toBe('approval');
  });

  it('counts an unlisted tool of a foreign server as irreversible, whatever the server says of itself', () => {
    expect(judgeCall(team(), call('writer', 'mail.send'))).toMatchObject({
      verdict: 'approval',
      effect: 'irreversible',
    });
    expect(judgeCall(team(), call('writer', 'mail.list')).verdict).toBe('allow');
    expect(judgeCall(team(), { ...call('writer', 'mail.list'), effect: 'write' })).toMatchObject({
      verdict: 'approval',
      effect: 'write',
    });
  });

  it('never elevates an inline team', () => {
    expect(judgeCall(team([auto], { inline: true }), call('writer', 'files.write_file'))).toMatchObject({
      verdict: 'deny',
    });
  });

  it('lets a tool node without an agent read and nothing else', () => {
    expect(judgeCall(team(), call('composition', 'files.read_file')).verdict).toBe('allow');
    expect(judgeCall(team(), call('composition', 'files.write_file')).verdict).toBe('deny');
    expect(judgeCall(team(), call('composition', 'nowhere.read_file')).verdict).toBe('deny');
  });
});

describe('patterns of tool names', () => {
  const parts = fc.array(fc.constantFrom('a', 'b', '_', '*'), { maxLength: 8 }).map((list) => list.join(''));
  const name = fc.array(fc.constantFrom('a', 'b', '_'), { maxLength: 10 }).map((list) => list.join(''));

  it('fit exactly what the same regular expression fits', () => {
    fc.assert(
      fc.property(parts, name, (pattern, text) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
        expect(matchesPattern(pattern, text)).toBe(expected);
      }),
    );
  });

  it('prefer the most specific one', () => {
    expect(bestMatch({ '*': 1, 'get_*': 2, get_one: 3 }, 'get_one')).toBe(3);
    expect(bestMatch({ '*': 1, 'get_*': 2 }, 'get_two')).toBe(2);
    expect(bestMatch({ 'get_*': 2 }, 'put')).toBeUndefined();
  });
});

describe('digests of actions', () => {
  const subject = {
    namespace: 'n',
    workflowId: 'w',
    firstRunId: 'r',
    path: 'p',
    step: 1,
    ordinal: 0,
    tool: 'files.write_file',
    toolDefinition: null,
    args: { path: 'a', content: 'b' },
    effect: 'write' as const,
    untrusted: null,
    policy: 'v',
  };

  it('change with every member of the action', () => {
    const digest = actionDigest(subject);
    const changed = Object.keys(subject).map((key) =>
      actionDigest({ ...subject, [key]: key === 'args' ? { path: 'x' } : 'other' }),
    );
    expect(new Set([digest, ...changed]).size).toBe(Object.keys(subject).length + 1);
  });

  it('do not depend on the order of keys', () => {
    expect(actionDigest({ ...subject, args: { content: 'b', path: 'a' } })).toBe(actionDigest(subject));
  });

  it('give effects a key of 64 hex digits that tells runs, steps and arguments apart', () => {
    const identity = { workflowId: 'w', firstRunId: 'r', path: 'p', step: 0, ordinal: 0, argsDigest: 'd' };
    const keys = [
      identity,
      { ...identity, firstRunId: 's' },
      { ...identity, step: 1 },
      { ...identity, argsDigest: 'e' },
    ].map(effectKey);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(keys).size).toBe(4);
  });
});
