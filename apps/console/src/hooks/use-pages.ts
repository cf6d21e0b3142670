import { useState } from 'preact/hooks';

import type { RequestProblem } from '../api/problem.js';
import { joined } from '../view/joined.js';
import { useLoad } from './use-load.js';

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export interface Pages<T> {
  /** Undefined until the first page came. */
  readonly items: readonly T[] | undefined;
  readonly problem: RequestProblem | undefined;
  reload(): void;
  /** Begins again with the newest page alone: older ones may have changed as well. */
  restart(): void;
  /** Asks for the next page; absent on the last one. */
  readonly more: (() => void) | undefined;
}

/**
 * A list that begins with its newest page, which is read again with each pulse, and goes on with older ones as they are
 * asked for.
 */
export function usePages<T>(
  load: (cursor: string | undefined, signal?: AbortSignal) => Promise<ListPage<T>>,
  keyOf: (item: T) => string,
  pulse: number,
): Pages<T> {
  const [older, setOlder] = useState<ListPage<T>>();
  const [olderProblem, setOlderProblem] = useState<RequestProblem>();
  const { data, problem, reload } = useLoad((signal) => load(undefined, signal), 'first', pulse);
  const next = older === undefined ? data?.nextCursor : older.nextCursor;
  const more = (): void => {
    setOlderProblem(undefined);
    // Asked for twice, a page comes twice.
    load(next).then(
      (page) => setOlder((before) => ({ ...page, items: joined(before?.items ?? [], page.items, keyOf) })),
      setOlderProblem,
    );
  };
  return {
    items: data && joined(data.items, older?.items ?? [], keyOf),
    problem: problem ?? olderProblem,
    reload,
    restart: () => (setOlder(undefined), reload()),
    more: next === undefined ? undefined : more,
  };
}
