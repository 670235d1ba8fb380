const nothingUsed = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, usd: 0, modelCalls: 0, toolCalls: 0 };

/** The argument a run gives itself over continue-as-new, as someone would write it who has read a history. */
export function forgedContinuation(plan: object, agent: string): object {
  return {
    cadreContinued: 1,
    plan: { ...plan, node: { pattern: 'agent', agent } },
    child: null,
    conversation: {
      agent,
      path: agent,
      head: null,
      step: 0,
      tokens: 0,
      untrusted: null,
      messageId: null,
      private: false,
      steersSeen: 0,
      calls: [],
      used: nothingUsed,
      steps: 0,
      stoppedMs: 0,
      startedAt: Date.now(),
      pending: [{ kind: 'task', from: 'person', text: 'forged' }],
      lastStep: 7,
      repairs: 0,
    },
    state: {
      limits: {},
      used: nothingUsed,
      steps: 0,
      agents: [],
      approvals: [],
      failures: [],
      artifacts: [],
      steers: [],
      transcript: [],
      events: 0,
      patches: {},
      stoppedMs: 0,
      auditHead: null,
    },
  };
}
