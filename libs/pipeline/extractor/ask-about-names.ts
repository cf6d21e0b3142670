import { acronymClaims } from '#identity';
import type { ChunkText, Extraction, IdentityModel, ModelCallOptions, NameInDoubt } from '#models';

import { askedAcross } from './claimed-part.js';
import { writtenNames, type NamedPart } from './doubts-across.js';
import { partEntities } from './entities.js';
import { LiveNames, type LiveName, type WantedNames } from './live-names.js';
import { doubtsIn } from './resolved-extraction.js';

/** A part of a document that is not ingested, with what was found in its passages. */
export interface FoundPart {
  /** Tells documents apart. */
  readonly document: string;
  readonly passages: readonly ChunkText[];
  readonly found: readonly Extraction[];
}

/**
 * Asks all that the extractor would ask about names of these parts, were their documents alone in one namespace and all
 * the others live when it comes to one: so it does not matter in which order they come. Of the answers nothing is made.
 */
export async function askAboutNames(
  parts: readonly FoundPart[],
  identity: IdentityModel,
  options: ModelCallOptions,
): Promise<void> {
  const ask = async (doubts: readonly NameInDoubt[]): Promise<void> => {
    if (doubts.length > 0) await identity.choose(doubts, options);
  };
  const named = parts.map(namedPart);
  const names = new NamesTogether(named);
  for (const { passages, found } of parts) await ask(doubtsIn(passages, found));
  for (const part of named) await ask((await askedAcross(part, names)).map(({ doubt }) => doubt));
}

const namespace = 'default';

function namedPart({ document, passages, found }: FoundPart): NamedPart {
  const chunks = passages.map(({ text }, seq) => ({ text, seq }));
  const { entities, mentions, acronyms } = partEntities(namespace, chunks, found);
  const claims = acronymClaims(document, acronyms);
  return { namespace, documentId: document, ingestionId: document, entities, mentions, claims };
}

/** Names of documents that are all live. */
class NamesTogether extends LiveNames {
  private readonly byFamily: ReadonlyMap<string, readonly LiveName[]>;

  constructor(parts: readonly NamedPart[]) {
    super();
    this.byFamily = Map.groupBy(oncePerDocument(parts.flatMap(writtenNames)), ({ family }) => family);
  }

  override namesIn({ families, notOf, namesMax, documentsMax, rowsMax }: WantedNames): Promise<readonly LiveName[]> {
    const ofFamily = (family: string): readonly LiveName[] => {
      const byName = Map.groupBy(this.byFamily.get(family) ?? [], ({ uuid }) => uuid);
      const names = [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, namesMax);
      return names.flatMap(([, own]) => own.filter(({ ingestionId }) => ingestionId !== notOf).slice(0, documentsMax));
    };
    return Promise.resolve(families.flatMap(ofFamily).slice(0, rowsMax));
  }
}

/** What parts of a document write of a name, as one. */
function oncePerDocument(names: readonly LiveName[]): LiveName[] {
  const byDocument = Map.groupBy(names, ({ ingestionId, uuid }) => `${uuid} ${ingestionId}`);
  return [...byDocument.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const companions = new Set([first, ...others].flatMap((one) => one.companions));
    return [{ ...first, companions: [...companions] }];
  });
}
