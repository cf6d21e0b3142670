import { useMemo, useState } from 'preact/hooks';

import { Client } from '../api/client.js';

const place = 'penstock.key';

export interface Access {
  readonly client: Client;
  /** Whether the API has refused what it was asked without a key, or with this one. */
  readonly isRefused: boolean;
  /** Whether there is a key at all. */
  readonly hasKey: boolean;
  use(key: string): void;
}

/** One attempt with a key; the same text given again is another attempt. */
interface GivenKey {
  readonly text: string | null;
}

/** The key that requests carry; it is forgotten when the tab closes. */
export function useKey(): Access {
  const [given, setGiven] = useState<GivenKey>(() => ({ text: sessionStorage.getItem(place) }));
  // A late answer to a key from before says nothing of the one that is used now.
  const [refused, setRefused] = useState<GivenKey>();
  const client = useMemo(() => new Client({ key: () => given.text, onUnauthorized: () => setRefused(given) }), [given]);
  const use = (text: string): void => {
    sessionStorage.setItem(place, text);
    setGiven({ text });
  };
  return { client, isRefused: refused === given, hasKey: given.text !== null, use };
}
