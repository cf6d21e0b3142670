import { useMemo, useState } from 'preact/hooks';

import { Client } from '../api/client.js';

const place = 'penstock.key';

export interface Access {
  readonly client: Client;
  /** Whether the API has refused what it was asked without a key, or with a wrong one. */
  readonly isRefused: boolean;
  use(key: string): void;
}

/** The key that requests carry; it is forgotten when the tab closes. */
export function useKey(): Access {
  const [key, setKey] = useState(sessionStorage.getItem(place));
  const [isRefused, setRefused] = useState(false);
  const client = useMemo(() => new Client({ key: () => key, onUnauthorized: () => setRefused(true) }), [key]);
  const use = (next: string): void => {
    sessionStorage.setItem(place, next);
    setRefused(false);
    setKey(next);
  };
  return { client, isRefused, use };
}
