import { classify, TransientFailure } from '#failure';
import type { Metrics } from '#telemetry';

import { admit, circuitLevel, closedCircuit, settle, type CircuitPolicy, type CircuitState } from './circuit-state.js';

export interface CircuitBreakerOptions {
  readonly role: string;
  /** What is called, e.g. `neo4j`; a label of the metric. */
  readonly dependency: string;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
  readonly policy?: CircuitPolicy;
  /** Told when it opens, each time it opens again after a failed probe, and when it closes. */
  readonly onTurn?: (turn: CircuitTurn) => void;
}

/** A breaker that opened, for the reason of the last failure, or closed. */
export type CircuitTurn = { readonly to: 'open'; readonly reason: string } | { readonly to: 'closed' };

const defaultPolicy: CircuitPolicy = { failuresMax: 5, openMs: 5000 };
/** Transient failures by which a store says that it has nothing yet: it answers, so it is there. */
const answers: ReadonlySet<string> = new Set(['nothing-pending', 'pending-missing']);
const stoppedReason = 'aborted';

/** Spares a dependency that is down the calls of every partition; one instance for each role and dependency. */
export class CircuitBreaker {
  private circuit: CircuitState = closedCircuit;

  constructor(private readonly options: CircuitBreakerOptions) {}

  /**
   * Runs the work unless the circuit is open.
   * @throws TransientFailure `circuit-open` at once while it is open, else whatever the work throws, classified.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { nowMs, dependency } = this.options;
    const { admitted, state } = admit(this.circuit, this.policy, nowMs());
    this.become(state);
    if (!admitted) throw new TransientFailure(`${dependency} is not answering`, { reason: 'circuit-open' });
    try {
      const result = await work();
      this.become(settle(this.circuit, this.policy, false, nowMs()));
      return result;
    } catch (error) {
      const failure = classify(error);
      // Work that was stopped says nothing about the dependency; only a probe must not leave the circuit half open.
      if (failure.reason !== stoppedReason || this.circuit.name === 'half-open') {
        const away = failure.kind === 'transient' && !answers.has(failure.reason);
        this.become(settle(this.circuit, this.policy, away, nowMs()), failure.reason);
      }
      throw failure;
    }
  }

  private get policy(): CircuitPolicy {
    return this.options.policy ?? defaultPolicy;
  }

  private become(state: CircuitState, reason = ''): void {
    const turned = state.name !== this.circuit.name;
    this.circuit = state;
    const { role, dependency, metrics, onTurn } = this.options;
    metrics.breakerState.set({ role, dependency }, circuitLevel(state));
    if (turned && state.name === 'open') onTurn?.({ to: 'open', reason });
    if (turned && state.name === 'closed') onTurn?.({ to: 'closed' });
  }
}
