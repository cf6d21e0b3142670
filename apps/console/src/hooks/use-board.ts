import { useEffect, useState } from 'preact/hooks';

import type { Client } from '../api/client.js';
import type { RequestProblem } from '../api/problem.js';
import type { Board } from '../api/types.js';
import { nextRates, type Rates } from '../view/board-view.js';

export interface LiveBoard {
  /** The last one that came, also while the stream is broken. */
  readonly board: Board | undefined;
  readonly rates: Rates;
  readonly isConnected: boolean;
  /** Changes whenever the ledger has learnt something: what was read of ingestions may be old then. */
  readonly pulse: number;
}

const nothingYet: LiveBoard = { board: undefined, rates: {}, isConnected: false, pulse: 0 };
const againMs = 2_000;

/** The live board; a stream that breaks is begun anew until the console is left. */
export function useBoard(client: Client): LiveBoard {
  const [live, setLive] = useState(nothingYet);
  useEffect(() => {
    const left = new AbortController();
    void follow(client, left.signal, (change) => setLive(change));
    return () => left.abort();
  }, [client]);
  return live;
}

async function follow(
  client: Client,
  signal: AbortSignal,
  change: (next: (before: LiveBoard) => LiveBoard) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const board of client.boards(signal)) {
        const pulse = board.stages?.find(({ role }) => role === 'ledger')?.handled;
        change((before) => ({
          ...{ board, isConnected: true, pulse: pulse ?? before.pulse },
          rates: nextRates(before.rates, board),
        }));
      }
    } catch (problem) {
      // The page asks for a key then, and with it comes another client.
      if ((problem as RequestProblem).status === 401) return;
      // Whatever else broke it, the page says that it is not connected, and the next turn tries again.
    }
    change((before) => ({ ...before, isConnected: false }));
    await pause(againMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
