import nlp from 'compromise/two';

interface LanguageModel {
  readonly one: { readonly lexicon: Readonly<Record<string, string | readonly string[]>> };
  readonly two: {
    readonly orgWords: Readonly<Record<string, true>>;
    readonly placeWords: Readonly<Record<string, true>>;
  };
}

interface Lexicon {
  readonly tags: ReadonlyMap<string, readonly string[]>;
  readonly organizationHeads: ReadonlySet<string>;
  readonly placeHeads: ReadonlySet<string>;
}

/** Longest phrase, in words, that is looked up. */
export const lexiconWordsMax = 3;

/** Tags of compromise's lexicon for a phrase of lower-case words; empty if it does not know it. */
export function lexiconTags(phrase: string): readonly string[] {
  return lexicon().tags.get(phrase) ?? [];
}

/** Whether a name that ends in this lower-case word is an organisation's, as in `Widget Manufacturing`. */
export function isOrganizationHead(word: string): boolean {
  return lexicon().organizationHeads.has(word);
}

/** Whether a name that ends in this lower-case word is a place's, as in `Ford County`. */
export function isPlaceHead(word: string): boolean {
  return lexicon().placeHeads.has(word);
}

let loaded: Lexicon | undefined;

/** Read from compromise's model at first use; Maps and Sets, because words such as `constructor` are asked for. */
function lexicon(): Lexicon {
  if (loaded) return loaded;
  const { one, two } = nlp.model() as LanguageModel;
  loaded = {
    tags: new Map(Object.entries(one.lexicon).map(([word, tags]) => [word, typeof tags === 'string' ? [tags] : tags])),
    organizationHeads: new Set([...Object.keys(two.orgWords), ...moreOrganizationHeads]),
    placeHeads: new Set([...Object.keys(two.placeWords).filter((word) => !notPlaceHeads.has(word)), ...morePlaceHeads]),
  };
  return loaded;
}

const moreOrganizationHeads = (
  'traders toys motors gmbh ag sa nv bv oy ab kg se pty pte lp llp technologies technology manufacturing ' +
  'logistics software solutions networks network robotics pharma biotech therapeutics semiconductor ' +
  'semiconductors electronics instruments foods airline railway railways railroad records studios pictures ' +
  'films publishing publishers books league team teams squad fc band party parliament congress senate court ' +
  'ministry church synagogue academy schools colleges laboratories institution organisation association ' +
  'alliance front movement army navy force forces brigade regiment battalion division trust consortium ' +
  'ventures capital partners bancorp motors autos aerospace dynamics steel mills works stores store ' +
  'supermarkets scouts fellowship mission conservancy exchange agency commission embassy mosque seminary ' +
  'gymnasium cabinet reserves corps cooperative guards guard militia brigades mafia gang theatre symphony ' +
  'philharmonic opera ballet newspaper tribune post times'
).split(' ');

const morePlaceHeads = (
  'empire valley sea ocean mountain mountains peak desert highway boulevard square plaza republic strip ' +
  'continent archipelago bridge harbor harbour port pass oval cemetery ground grounds station plant mine ' +
  'canal lakes isles isle creek ridge temple abbey'
).split(' ');

/** Heads that as often end the name of an organisation or of nothing. */
const notPlaceHeads = new Set(
  ('centre way bar site house hall library museum gallery field state tr cr complex ' + 'pillar').split(' '),
);
