import {
  ChooseOnce,
  IdentityModel,
  identityTokens,
  identityVersion,
  MemoryAnswerStore,
  type ChosenName,
  type NameInDoubt,
} from '#models';
import { askAboutNames, type FoundPart } from '#pipeline/extractor';
import type { Tokens } from '#usage';

/**
 * What a model would be asked about names in doubt: the tokens of each call, in the groups in which the extractor asks,
 * and each question once. Documents that are there already are not known here.
 */
export async function identityCalls(model: string, parts: readonly FoundPart[]): Promise<readonly Tokens[]> {
  const counted = new CountedIdentity(model);
  const once = new ChooseOnce(counted, new MemoryAnswerStore(), { parallel: 1, sliceMs: Infinity });
  await askAboutNames(parts, once, { signal: new AbortController().signal });
  return counted.calls;
}

/** Joins nothing, so that nothing that might be asked is left out. */
class CountedIdentity extends IdentityModel {
  readonly calls: Tokens[] = [];
  override readonly version = identityVersion;
  private readonly tokensOf = identityTokens();

  constructor(override readonly id: string) {
    super();
  }

  override choose(doubts: readonly NameInDoubt[]): Promise<ChosenName[]> {
    this.calls.push(this.tokensOf(doubts));
    const usage = { promptTokens: 0, completionTokens: 0 };
    return Promise.resolve(doubts.map(() => ({ candidate: undefined, usage })));
  }
}
