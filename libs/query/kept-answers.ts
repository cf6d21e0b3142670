import { classify } from '#failure';
import type { AnswerCache, DocumentIndex } from '#stores/reading';

import { keptAnswer, type GivenAnswer } from './answer.js';
import type { Way } from './plan-route.js';
import { within } from './within.js';

/** What was found: the answer if one is kept, and under which version of the data a new one may be kept. */
export interface Found {
  readonly answer?: GivenAnswer;
  /** Undefined while it can't be read; then nothing is kept. */
  readonly version: Promise<string | undefined>;
}

/**
 * Answers that were given, for as long as nothing in their namespace changes. Each is kept with the version of the data
 * that was read before the stores were asked, and is found only if that is the version now. So the version and the
 * answer can be asked for at once, and a new answer takes the place of the old one.
 */
export class KeptAnswers {
  constructor(
    private readonly cache: AnswerCache,
    private readonly documents: Pick<DocumentIndex, 'dataVersion'>,
    private readonly options: { readonly waitMs: number },
  ) {}

  /**
   * A cache or a version that can't be reached costs time, `waitMs` at most, and never an answer. Where no answer is
   * kept, the version may still be under way.
   */
  async find(namespace: string, key: string, signal: AbortSignal): Promise<Found> {
    const { waitMs } = this.options;
    const version = within(this.documents.dataVersion(namespace), waitMs, signal).catch(() => undefined);
    let kept: string | undefined;
    try {
      kept = await within(this.cache.get(key), waitMs, signal);
    } catch (error) {
      // What is given to a cache that does not answer would only pile up before it.
      return { version: classify(error).reason === 'too-slow' ? Promise.resolve(undefined) : version };
    }
    if (kept === undefined) return { version };
    const end = kept.indexOf('\n');
    const [mark, route, hits] = kept.slice(0, end).split(' ');
    if (mark !== (await version)) return { version };
    return { version, answer: keptAnswer({ route: route as Way, hits: Number(hits) }, kept.slice(end + 1)) };
  }

  /** Nobody waits for that, nor for its JSON if that is not sent as well: it is made once the answer is on its way. */
  keep(key: string, version: string, answer: GivenAnswer): void {
    setImmediate(() => {
      const kept = `${version} ${answer.route} ${answer.hits}\n${answer.json()}`;
      void this.cache.put(key, kept).catch(() => undefined);
    });
  }
}
