import { stemmer as dutch } from '@orama/stemmers/dutch';
import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import { stopwords as dutchStops } from '@orama/stopwords/dutch';
import { stopwords as englishStops } from '@orama/stopwords/english';
import { stopwords as frenchStops } from '@orama/stopwords/french';
import { stopwords as germanStops } from '@orama/stopwords/german';
import { stopwords as italianStops } from '@orama/stopwords/italian';
import { stopwords as portugueseStops } from '@orama/stopwords/portuguese';
import { stopwords as spanishStops } from '@orama/stopwords/spanish';

interface Language {
  readonly stem: (word: string) => string;
  readonly stops: ReadonlySet<string>;
}

/** Snowball stemmers (Porter 2001) and stop words; the first language is the one that counts in doubt. */
const languages: readonly Language[] = [
  { stem: english, stops: new Set(englishStops) },
  { stem: german, stops: new Set(germanStops) },
  { stem: french, stops: new Set(frenchStops) },
  { stem: spanish, stops: new Set(spanishStops) },
  { stem: italian, stops: new Set(italianStops) },
  { stem: portuguese, stops: new Set(portugueseStops) },
  { stem: dutch, stops: new Set(dutchStops) },
];

/** The locale is fixed so that every machine cuts alike. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** Stems of the words of a stored text, in order and as often as they stand, without the stop words of its language. */
export function stemsOf(text: string): string[] {
  const words = wordsOf(text);
  const { stem, stops } = languageOf(words) ?? (languages[0] as Language);
  return content(words, stops).map(stem);
}

/**
 * Stems that a question asks for, each once. A question that no stop word gives away asks for the stems of every
 * language: those that no text holds find nothing.
 */
export function stemsAsked(text: string): string[] {
  const words = wordsOf(text);
  const language = languageOf(words);
  if (language !== undefined) return [...new Set(content(words, language.stops).map(language.stem))];
  return [...new Set(words.flatMap((word) => languages.map(({ stem }) => stem(word))))];
}

/**
 * Stems of words as English has them, each once, whatever the language of the text: for words that are English wherever
 * they are said, as relations are. Stop words are left out even if there are no others.
 */
export function englishStems(text: string): Set<string> {
  const { stem, stops } = languages[0] as Language;
  return new Set(
    wordsOf(text)
      .filter((word) => !stops.has(word))
      .map(stem),
  );
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC').toLowerCase())) {
    if (isWordLike) words.push(segment.replaceAll('’', "'"));
  }
  return words;
}

/** The language most of whose stop words stand among words; undefined without any. */
function languageOf(words: readonly string[]): Language | undefined {
  let [best, most]: [Language | undefined, number] = [undefined, 0];
  for (const language of languages) {
    const hits = words.reduce((sum, word) => sum + (language.stops.has(word) ? 1 : 0), 0);
    if (hits > most) [best, most] = [language, hits];
  }
  return best;
}

/** Words that tell texts apart; all of them if there are no others. */
function content(words: readonly string[], stops: ReadonlySet<string>): string[] {
  const some = words.filter((word) => !stops.has(word));
  return some.length > 0 ? some : [...words];
}
