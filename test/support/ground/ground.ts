import './async-storage';
import { CancelledFailure } from '@temporalio/common';
import { CancellationScope } from '@temporalio/workflow';
import { RootCancellationScope } from '@temporalio/workflow/lib/cancellation-scope';
import type { DeltaPart } from '../../../contracts/activities';
import type { FailureKind, FailureRecord } from '../../../contracts/failures';
import { CadreError, failures } from '../../../contracts/failures';
import type { Json } from '../../../contracts/json';
import { limits, type Limits } from '../../../contracts/limits';
import type { AgentView, TeamView } from '../../../contracts/team';
import { Budget } from '../../../workflows/run/budget';
import { Journal } from '../../../workflows/run/journal';
import { register, type Pattern } from '../../../workflows/run/registry';
import { outcomeOf, type Outcome, type Scope } from '../../../workflows/run/scope';

/** A piece of work that an agent was given and has not ended yet. */
export interface Work {
  agent: string;
  task: string;
  from: string;
  path: string;
  material: DeltaPart[];
  /** Where it works: for tool calls in its name. */
  scope: Scope;
  cancelled: boolean;
  done(output: Json, more?: Partial<Outcome>): void;
  fail(kind: FailureKind): void;
}

/**
 * Carries a pattern out as a workflow does, without a server: real nodes, real cancellation scopes, and agents that end
 * when the test says so, in any order.
 */
export class Ground {
  readonly pending: Work[] = [];
  readonly all: Work[] = [];
  readonly notes: string[] = [];
  readonly kept: FailureRecord[] = [];
  readonly scope: Scope;
  /** Told of each piece of work as it begins. */
  onBegin: (work: Work) => void = () => undefined;
  private readonly root = new CancellationScope({ cancellable: true, parent: new RootCancellationScope() });

  constructor(
    agents: Record<string, Partial<AgentView>>,
    private readonly bounds: Partial<Limits> = {},
  ) {
    register({
      name: 'agent',
      about: '',
      fields: {},
      example: {},
      perform: (scope, fields) => this.work(scope, fields),
    });
    this.scope = this.makeScope(agents);
  }

  get run(): Scope['run'] {
    return this.scope.run;
  }

  perform<F>(pattern: Pattern<F>, fields: F): Promise<Outcome> {
    return this.within(() => pattern.perform(this.scope, fields));
  }

  within<T>(work: () => Promise<T>): Promise<T> {
    const result = this.root.run(work);
    result.catch(() => undefined);
    return result;
  }

  cancel(): void {
    this.root.cancel();
  }

  /** Lets everything happen that can happen without an agent ending. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  private work(scope: Scope, { agent }: { agent?: string }): Promise<Outcome> {
    const name = agent ?? '?';
    return new Promise((resolve, reject) => {
      const drop = (): void => void this.pending.splice(this.pending.indexOf(one), 1);
      const one: Work = {
        agent: name,
        task: scope.task,
        from: scope.from,
        path: scope.path,
        material: scope.material,
        scope,
        cancelled: false,
        done: (output, more = {}) => {
          drop();
          resolve(outcomeOf({ output: { inline: output }, from: name, ...more }));
        },
        fail: (kind) => {
          drop();
          const { retryable } = failures[kind];
          reject(new CadreError(kind, `${name} ended in ${kind}${retryable ? ' for now' : ''}`, { agent: name }));
        },
      };
      this.pending.push(one);
      this.all.push(one);
      this.onBegin(one);
      CancellationScope.current().cancelRequested.catch(() => {
        if (!this.pending.includes(one)) return;
        one.cancelled = true;
        drop();
        reject(new CancelledFailure('cancelled'));
      });
    });
  }

  private makeScope(agents: Record<string, Partial<AgentView>>): Scope {
    const paths = new Map<string, number>();
    const run = {
      team: {
        name: 'ground',
        agents: Object.fromEntries(Object.entries(agents).map(([name, view]) => [name, viewOf(view)])),
      } as unknown as TeamView,
      limits: { ...limits, ...this.bounds },
      input: { task: 'the whole', input: {} },
      done: new Map<string, Outcome>(),
      isLong: false,
      journal: new Journal(),
      fallbacksTaken: new Set<string>(),
      patches: { has: () => true },
      compensating: false,
      children: new Map(),
      // There is no history here that could grow too long: the run never continues as new.
      background: 1,
      planView: null,
      detailLines: null,
      claimPath: (path: string) => {
        const n = (paths.get(path) ?? 0) + 1;
        paths.set(path, n);
        return n === 1 ? path : `${path}~${n}`;
      },
      note: (kind: string, agent: string, _path: string, text: string) =>
        void this.notes.push(`${kind} ${agent} ${text}`),
      keepFailure: (record: FailureRecord) => void this.kept.push(record),
    };
    return {
      run: run as unknown as Scope['run'],
      path: 'pattern',
      depth: 1,
      ancestry: [],
      task: 'the whole',
      from: 'person',
      causationId: null,
      material: [],
      untrusted: null,
      private: false,
      previous: null,
      budget: new Budget('the run', {}),
    };
  }
}

function viewOf(view: Partial<AgentView>): AgentView {
  return { description: '', capabilities: [], fallback: [], budget: {}, privacy: 'public', ...view } as AgentView;
}
