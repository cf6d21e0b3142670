import { hashApiKey, isSameHash, parseApiKey } from './api-key.js';
import { Caller } from './caller.js';
import { apiKeyState, type ApiKeys, type StoredApiKey } from './key-table.js';

/** How long what was read of a key is believed: a revoked one is refused everywhere after that. */
const believedMs = 2_000;
/** From then on it is read again while it is still believed: who asks steadily never waits for that. */
const readAgainMs = 1_000;
/** How long it is believed while the database is away, where nobody could read of a revocation. */
const believedAwayMs = 600_000;
const touchEveryMs = 60_000;
/** Compared with if there is no such key, so that the answer takes as long. */
const noHash = Buffer.alloc(32);

interface Remembered {
  readonly key: StoredApiKey;
  readonly atMs: number;
}

/** Says whose an API key is. */
export class KeyVerifier {
  private readonly remembered = new Map<string, Remembered>();
  private everAny: { readonly known: boolean; readonly atMs: number } | undefined;
  /** What is being read ahead: ids of keys, or that there are any. */
  private readonly ahead = new Set<string>();

  constructor(
    private readonly keys: Pick<ApiKeys, 'find' | 'touch' | 'everAny'>,
    private readonly options: { readonly pepper: string; readonly nowMs: () => number },
  ) {}

  /** Undefined unless it is a key that holds. @throws TransientFailure if the database is away. */
  async callerOf(text: string): Promise<Caller | undefined> {
    const given = parseApiKey(text);
    if (given === undefined) return undefined;
    const key = await this.find(given.keyId);
    const same = isSameHash(hashApiKey(given, this.options.pepper), key?.hash ?? noHash);
    if (key === undefined || !same || apiKeyState(key, this.options.nowMs()) !== 'active') return undefined;
    const { keyId: id, name, scopes, namespaces } = key;
    return new Caller({ kind: 'key', id, name, scopes, namespaces: namespaces ?? undefined });
  }

  /** Whether there ever was a key; once there was one, for good. @throws TransientFailure if the database is away. */
  async areNeeded(): Promise<boolean> {
    const { known, atMs } = this.everAny ?? { known: false, atMs: -Infinity };
    const ageMs = this.options.nowMs() - atMs;
    if (!known && ageMs >= believedMs) return this.readEverAny();
    if (!known && ageMs >= readAgainMs) this.readAhead('any', () => this.readEverAny());
    return known;
  }

  private async readEverAny(): Promise<boolean> {
    const atMs = this.options.nowMs();
    const found = await this.keys.everAny().catch((error: unknown) => {
      // Nobody makes a first key in a database that is away.
      if (this.everAny === undefined) throw error;
      return false;
    });
    const known = found || this.everAny?.known === true;
    this.everAny = { known, atMs };
    return known;
  }

  private async find(keyId: string): Promise<StoredApiKey | undefined> {
    const before = this.remembered.get(keyId);
    const ageMs = before === undefined ? Infinity : this.options.nowMs() - before.atMs;
    if (before === undefined || ageMs >= believedMs) return this.read(keyId);
    if (ageMs >= readAgainMs) this.readAhead(keyId, () => this.read(keyId));
    return before.key;
  }

  private async read(keyId: string): Promise<StoredApiKey | undefined> {
    const nowMs = this.options.nowMs();
    const before = this.remembered.get(keyId);
    const key = await this.keys.find(keyId).catch((error: unknown) => {
      if (before === undefined || nowMs - before.atMs > believedAwayMs) throw error;
      return before.key;
    });
    // What could not be read again does not become newer.
    if (key === undefined || key === before?.key) return key;
    this.remembered.set(keyId, { key, atMs: nowMs });
    if (nowMs - (key.lastUsedAt?.getTime() ?? 0) > touchEveryMs) {
      // That a key was used is nice to know; that it could not be noted is nobody's trouble.
      void this.keys.touch(keyId).catch(() => undefined);
    }
    return key;
  }

  private readAhead(what: string, read: () => Promise<unknown>): void {
    if (this.ahead.has(what)) return;
    this.ahead.add(what);
    const done = (): boolean => this.ahead.delete(what);
    void read().then(done, done);
  }
}
