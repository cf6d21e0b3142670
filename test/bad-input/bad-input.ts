/** What becomes of a bad input: it is refused with a reason, or read as far as it can be. */
export type Outcome =
  | { readonly refused: string | readonly string[] }
  | {
      /** All of it, or what must stand in it. */
      readonly text: string | RegExp;
      /** What must not. */
      readonly without?: RegExp;
      readonly mediaType?: string;
      readonly warning?: RegExp;
      /** Nothing was lost that its sender has to hear of. */
      readonly withoutWarning?: true;
      readonly children?: number;
    };

/** One input nobody would send in good faith, or that got damaged on its way. */
export interface BadInput {
  readonly what: string;
  readonly name: string;
  /** Made when it is needed: some are large. */
  readonly bytes: () => Buffer;
  readonly outcome: Outcome;
}

/** Short for a list of inputs. */
export function input(what: string, name: string, bytes: () => Buffer | string, outcome: Outcome | string): BadInput {
  const made = (): Buffer => Buffer.from(bytes() as string);
  return { what, name, bytes: made, outcome: typeof outcome === 'string' ? { refused: outcome } : outcome };
}
