import { useEffect, useState } from 'preact/hooks';

import type { RequestProblem } from '../api/problem.js';

export interface Loaded<T> {
  /** What came last; it stays while something newer is asked for. */
  readonly data: T | undefined;
  readonly problem: RequestProblem | undefined;
  reload(): void;
}

/**
 * Asks the API when the page opens, and again when what is asked for changes (`about`, which also drops the old answer)
 * or when something may have changed there (`pulse`). Of several answers under way only the last one counts.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, about: string, pulse: number = 0): Loaded<T> {
  const [answer, setAnswer] = useState<{ about: string; data?: T | undefined; problem?: RequestProblem }>({ about });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const left = new AbortController();
    load(left.signal).then(
      (data) => left.signal.aborted || setAnswer({ about, data }),
      (problem: RequestProblem) =>
        left.signal.aborted ||
        setAnswer((before) => ({ about, data: before.about === about ? before.data : undefined, problem })),
    );
    return () => left.abort();
  }, [about, pulse, asked]);
  const isCurrent = answer.about === about;
  return {
    data: isCurrent ? answer.data : undefined,
    problem: isCurrent ? answer.problem : undefined,
    reload: () => setAsked((count) => count + 1),
  };
}
