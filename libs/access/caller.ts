import { PermanentFailure } from '#failure';

import type { Scope } from './scope.js';

export interface CallerFacts {
  /** `anyone`: whoever reaches this machine's loopback while nobody needs a key. */
  readonly kind: 'anyone' | 'key' | 'token';
  /** Names the caller in the audit log and in rate limits: the id of a key, the subject of a token. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined: all there are. */
  readonly namespaces: readonly string[] | undefined;
}

/** Who sends a request, and what they may. */
export class Caller {
  constructor(private readonly facts: CallerFacts) {}

  get kind(): CallerFacts['kind'] {
    return this.facts.kind;
  }

  get id(): string {
    return this.facts.id;
  }

  get name(): string {
    return this.facts.name;
  }

  get scopes(): readonly Scope[] {
    return this.facts.scopes;
  }

  /** Undefined: all there are. */
  get namespaces(): readonly string[] | undefined {
    return this.facts.namespaces;
  }

  /** `admin` may do what the others may. */
  may(scope: Scope): boolean {
    return this.scopes.includes(scope) || this.scopes.includes('admin');
  }

  /** What belongs to no namespace is for those who have all. */
  reaches(namespace: string | null): boolean {
    return this.namespaces === undefined || (namespace !== null && this.namespaces.includes(namespace));
  }

  /**
   * A namespace that a request names, which has to be the caller's. The answer is the same whether or not there is
   * anything in it. @throws PermanentFailure `forbidden-namespace`.
   */
  inside(namespace: string): string {
    if (this.reaches(namespace)) return namespace;
    throw new PermanentFailure('these credentials are not for that namespace', { reason: 'forbidden-namespace' });
  }

  /**
   * Which namespaces a list is about: the one that is asked for, or else all of the caller's; undefined if nothing
   * limits it. @throws PermanentFailure `forbidden-namespace`.
   */
  among(namespace: string | undefined): readonly string[] | undefined {
    return namespace === undefined ? this.namespaces : [this.inside(namespace)];
  }

  /** For what is asked for by its id: a foreign one is as if there were none. @throws PermanentFailure `not-found`. */
  finds(namespace: string | null, what: string): void {
    if (!this.reaches(namespace)) throw new PermanentFailure(`no such ${what}`, { reason: 'not-found' });
  }
}

/** Whoever reaches the loopback of a machine where nobody needs a key. */
export const anyone = new Caller({
  kind: 'anyone',
  id: 'anyone',
  name: 'anyone on this machine',
  scopes: ['admin'],
  namespaces: undefined,
});
