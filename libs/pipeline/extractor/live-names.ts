import type { WrittenName } from '#identity';

/** A name as a live document writes it, with what that document says of it. */
export interface LiveName extends WrittenName {
  /** The sentence that names it first, or none. */
  readonly summary: string;
}

/** Which names, whose, and how much of them at most: names of a family, documents of a name, and all together. */
export interface WantedNames {
  readonly families: readonly string[];
  /** Names of other documents than this one of the families' namespace. */
  readonly notOf: string;
  readonly namesMax: number;
  readonly documentsMax: number;
  readonly rowsMax: number;
}

/** Knows the names that live documents write. */
export abstract class LiveNames {
  /** @throws TransientFailure if nobody can say. */
  abstract namesIn(wanted: WantedNames): Promise<readonly LiveName[]>;
}
