import type { DocumentExtracted, NameClaim } from '#events';
import {
  answerId,
  contentHash,
  totalUsage,
  type AnswerStore,
  type IdentityModel,
  type ModelCallOptions,
} from '#models';

import { doubtfulNames, doubtsAcross, familyNamesMax, type DoubtAcross, type NamedPart } from './doubts-across.js';
import type { LiveNames } from './live-names.js';

/** Documents that may write one name: of a short name each has to be claimed. */
const documentsMax = 6;
const rowsMax = 2_000;

/**
 * Claims which names of a part are those of other live documents, where rules are in doubt and an identity model is
 * not. What is live changes, so what a part claimed is kept by itself, and the first claims stay: a redelivery gives
 * the same event, and asks nobody.
 */
export class ClaimedPart {
  constructor(
    private readonly names: LiveNames,
    private readonly identity: IdentityModel,
    private readonly answers: AnswerStore,
  ) {}

  /** @throws whatever reading live names or asking throws. */
  async claiming(part: DocumentExtracted, options: ModelCallOptions): Promise<DocumentExtracted> {
    const { id: model, version } = this.identity;
    const hash = contentHash(part.ingestionId, String(part.part));
    const key = { contentHash: hash, model, version, kind: 'name-claims' };
    const id = answerId(key);
    const known = (await this.answers.load([key])).get(id);
    if (known !== undefined) return { ...part, claims: [...part.claims, ...claimsIn(known)] };
    const { claims, usage } = await this.ask(part, options);
    const kept = (await this.answers.keep([{ key, answer: { claims } }])).get(id) ?? { claims };
    const tokens = usage.promptTokens > 0 ? [...part.tokens, { model, ...usage }] : part.tokens;
    return { ...part, claims: [...part.claims, ...claimsIn(kept)], tokens };
  }

  private async ask(
    part: DocumentExtracted,
    options: ModelCallOptions,
  ): Promise<{ readonly claims: NameClaim[]; readonly usage: ReturnType<typeof totalUsage> }> {
    const asked = await askedAcross(part, this.names);
    const doubts = asked.map(({ doubt }) => doubt);
    const chosen = doubts.length === 0 ? [] : await this.identity.choose(doubts, options);
    const claims = asked.flatMap(({ claims: offered }, at) => offered[chosen[at]?.candidate ?? -1] ?? []);
    return { claims, usage: totalUsage(chosen.map(({ usage }) => usage)) };
  }
}

/** What is asked about names of a part and of other live documents. @throws whatever reading live names throws. */
export async function askedAcross(part: NamedPart, names: LiveNames): Promise<DoubtAcross[]> {
  const own = doubtfulNames(part);
  const families = [...new Set(own.map(({ family }) => family))];
  const bounds = { namesMax: familyNamesMax, documentsMax, rowsMax };
  const wanted = { families, notOf: part.documentId, ...bounds };
  const live = families.length === 0 ? [] : await names.namesIn(wanted);
  return doubtsAcross(own, live);
}

function claimsIn(answer: Readonly<Record<string, unknown>>): NameClaim[] {
  return answer['claims'] as NameClaim[];
}
