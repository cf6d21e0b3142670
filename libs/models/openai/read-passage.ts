import { ordersIn, withoutOrders } from '../find-orders.js';
import { revealed } from '../revealed.js';
import { sentencesIn } from '../sentence-span.js';
import { englishStems } from '../stemming.js';
import { occurrencesOf, type Span } from './literal-span.js';

/** A sentence, or an order; its stems are cut when they are first asked for. */
export interface ReadSentence extends Span {
  readonly text: string;
  readonly stems: ReadonlySet<string>;
}

/** A passage as facts are held against it. What costs time is worked out once, and only if it is asked for. */
export class ReadPassage {
  readonly text: string;
  /** The text, and what hides in it. */
  readonly revealed: string;
  /** The text without what tells its reader what to write, all else in its place. */
  readonly plain: string;
  /** With what hides in them. */
  readonly orders: readonly ReadSentence[];

  readonly #naming = new Map<string, readonly ReadSentence[]>();
  readonly #ordersNaming = new Map<string, readonly ReadSentence[]>();
  #sentences: readonly ReadSentence[] | undefined;

  constructor(text: string) {
    this.text = text;
    const spans = ordersIn(text);
    this.revealed = withRevealed(text);
    this.plain = withoutOrders(text, spans);
    this.orders = spans.map((span) => sentenceOf(span, withRevealed(text.slice(span.start, span.end))));
  }

  /** Those outside of orders that a place reaches into. */
  sentencesAt({ start, end }: Span): readonly ReadSentence[] {
    const { sentences } = this;
    let [low, high] = [0, sentences.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sentences[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const after = sentences.findIndex((sentence, at) => at >= low && sentence.start >= end);
    return sentences.slice(low, after < 0 ? undefined : after);
  }

  /** Sentences outside of orders in which a name stands. */
  sentencesNaming(name: string): readonly ReadSentence[] {
    return remembered(this.#naming, name, () => naming(name, this.sentences));
  }

  ordersNaming(name: string): readonly ReadSentence[] {
    return remembered(this.#ordersNaming, name, () => naming(name, this.orders));
  }

  private get sentences(): readonly ReadSentence[] {
    this.#sentences ??= sentencesIn(this.plain).map((span) => sentenceOf(span, this.plain.slice(span.start, span.end)));
    return this.#sentences;
  }
}

function naming(name: string, sentences: readonly ReadSentence[]): readonly ReadSentence[] {
  return sentences.filter(({ text }) => occurrencesOf(name, text).length > 0);
}

function remembered<V>(values: Map<string, V>, key: string, work: () => V): V {
  const value = values.get(key) ?? work();
  values.set(key, value);
  return value;
}

function withRevealed(text: string): string {
  const shown = revealed(text);
  return shown === text ? text : `${text}\n${shown}`;
}

function sentenceOf({ start, end }: Span, text: string): ReadSentence {
  let stems: ReadonlySet<string> | undefined;
  return {
    ...{ start, end, text },
    get stems() {
      return (stems ??= englishStems(text));
    },
  };
}
