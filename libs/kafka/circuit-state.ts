/** A circuit breaker as data. Each time only means something in the state it belongs to. */
export type CircuitState =
  | { readonly name: 'closed'; readonly failures: number }
  | { readonly name: 'open'; readonly openedAtMs: number }
  | { readonly name: 'half-open'; readonly probedAtMs: number };

export interface CircuitPolicy {
  /** Consecutive transient failures that open the circuit. */
  readonly failuresMax: number;
  /** How long calls are refused before one is let through as a probe. */
  readonly openMs: number;
}

export const closedCircuit: CircuitState = { name: 'closed', failures: 0 };

/** A probe that takes longer is taken for lost: over a connection that died unnoticed it may never end. */
const probeLostMs = 30_000;

/** Whether a call may start, and the state it leaves behind. While half open the one probe is under way. */
export function admit(
  state: CircuitState,
  policy: CircuitPolicy,
  nowMs: number,
): { readonly admitted: boolean; readonly state: CircuitState } {
  switch (state.name) {
    case 'closed':
      return { admitted: true, state };
    case 'half-open':
      if (nowMs - state.probedAtMs < probeLostMs) return { admitted: false, state };
      return { admitted: true, state: { name: 'half-open', probedAtMs: nowMs } };
    case 'open':
      if (nowMs - state.openedAtMs < policy.openMs) return { admitted: false, state };
      return { admitted: true, state: { name: 'half-open', probedAtMs: nowMs } };
  }
}

/** The state after an admitted call ended. A permanent failure is an answer: the dependency works. */
export function settle(state: CircuitState, policy: CircuitPolicy, transient: boolean, nowMs: number): CircuitState {
  if (state.name === 'open') return state;
  if (!transient) return closedCircuit;
  const failures = state.name === 'closed' ? state.failures + 1 : policy.failuresMax;
  return failures >= policy.failuresMax ? { name: 'open', openedAtMs: nowMs } : { name: 'closed', failures };
}

/** Value of the breaker metric: 0 closed, 1 half open, 2 open. */
export function circuitLevel(state: CircuitState): number {
  return { closed: 0, 'half-open': 1, open: 2 }[state.name];
}
