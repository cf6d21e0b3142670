import { createPool } from '#database';
import { ApiKeys, type Scope } from '#access';

import { PenstockApi, type Answer } from '../e2e/penstock-api.js';
import { testStack } from '../services/addresses.js';
import { pepper } from './secrets.js';

/** The API as one caller uses it; all that it is told is kept, to be looked through afterwards. */
export class CallerApi extends PenstockApi {
  constructor(
    address: string,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly heard: string[] = [],
  ) {
    super(address);
  }

  override async ask(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = { ...(init.headers as Record<string, string> | undefined), ...this.headers };
    const answer = await super.ask(method, path, { ...init, headers });
    this.heard.push(JSON.stringify(answer.body));
    return answer;
  }
}

/** Keys straight in the database, as `penstock keys` makes them. */
export async function makeKey(scopes: readonly Scope[], namespaces: readonly string[] | null): Promise<string> {
  return withKeys(async (keys) => {
    const made = await keys.create({ name: 'test', scopes, namespaces, expiresAt: null, by: 'test' });
    return made.key;
  });
}

export async function withKeys<T>(work: (keys: ApiKeys) => Promise<T>): Promise<T> {
  const pool = createPool(testStack().postgres, { name: 'access-test', max: 1 });
  try {
    return await work(new ApiKeys(pool, pepper));
  } finally {
    await pool.end();
  }
}

/** Keys are of the whole database, and other tests on it have none. */
export async function forgetKeys(): Promise<void> {
  const pool = createPool(testStack().postgres, { name: 'access-test', max: 1 });
  await pool.query('DELETE FROM penstock.api_keys');
  await pool.end();
}
