import { canonicalName, entityName } from '#identity';
import {
  ExtractionModel,
  totalUsage,
  type ChunkText,
  type EntityRef,
  type Extraction,
  type IdentityModel,
  type ModelCallOptions,
  type NameInDoubt,
} from '#models';

import { namesInDoubt } from './names-in-doubt.js';
import { sentenceAround } from './sentence-around.js';
import { shortNameKey, shortNames, type WrittenName } from './short-names.js';

/**
 * Another model's extractions of the passages of one part, with the names that mean the same joined where rules are in
 * doubt and an identity model is not. It sees nothing outside the part, and picks among names that stand in it; so what
 * it joins comes and goes with the document.
 */
export class ResolvedExtraction extends ExtractionModel {
  constructor(
    private readonly model: ExtractionModel,
    private readonly identity: IdentityModel,
  ) {
    super();
  }

  override get id(): string {
    return this.model.id;
  }

  override get version(): string {
    return resolvedVersion(this.model.version, this.identity.version);
  }

  override async extract(texts: readonly ChunkText[], options: ModelCallOptions): Promise<Extraction[]> {
    const found = await this.model.extract(texts, options);
    const doubts = doubtsIn(texts, found);
    if (doubts.length === 0) return found;
    const chosen = await this.identity.choose(doubts, options);
    const meant = new Map<string, string>();
    doubts.forEach((doubt, at) => {
      const candidate = doubt.candidates[chosen[at]?.candidate ?? -1];
      if (candidate !== undefined) meant.set(keyOf(doubt), candidate.name);
    });
    const usages = chosen.map(({ usage }) => usage);
    return found.map((one, at) => renamed(one, meant, at === 0 ? usages : []));
  }
}

/** What makes other entities of the same text. */
export function resolvedVersion(extraction: string, identity: string): string {
  return `${extraction}+${identity}`;
}

/**
 * What is asked about the names of one part, from what was found in its passages. Each name comes with the sentence in
 * which it stands first, as the candidates do.
 */
export function doubtsIn(texts: readonly ChunkText[], found: readonly Extraction[]): NameInDoubt[] {
  const sentenceOf = new Map<string, string>();
  const names = found.flatMap(({ entities }, at) =>
    entities.map(({ type, name, start, end }) => {
      const written = { type, name: canonicalName(type, name) };
      const key = keyOf(written);
      if (!sentenceOf.has(key)) sentenceOf.set(key, sentenceAround(texts[at]?.text ?? '', start, end));
      return written;
    }),
  );
  const decided = shortNames(
    names,
    texts.map(({ text }) => entityName(text)),
  );
  const inSentence = ({ type, name }: WrittenName): { name: string; sentence: string } => ({
    ...{ name, sentence: sentenceOf.get(keyOf({ type, name })) ?? '' },
  });
  return namesInDoubt(names, decided).map(({ type, name, candidates }) => ({
    ...{ type, ...inSentence({ type, name }), candidates: candidates.map(inSentence) },
  }));
}

function renamed(
  found: Extraction,
  meant: ReadonlyMap<string, string>,
  paid: readonly Extraction['usage'][],
): Extraction {
  const whole = <T extends EntityRef>(ref: T): T => {
    let name = ref.name;
    // A name may stand for one that stands for another; `namesInDoubt` offers none that leads back.
    for (let next = meant.get(keyOf(ref)); next !== undefined; next = meant.get(keyOf({ type: ref.type, name }))) {
      name = next;
    }
    return { ...ref, name };
  };
  return {
    entities: found.entities.map(whole),
    facts: found.facts.map((fact) => ({ ...fact, source: whole(fact.source), target: whole(fact.target) })),
    usage: totalUsage([found.usage, ...paid]),
  };
}

function keyOf({ type, name }: EntityRef): string {
  return shortNameKey({ type, name: canonicalName(type, name) });
}
