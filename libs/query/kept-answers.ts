import type { AnswerCache, DocumentIndex } from '#stores/reading';

import type { SearchAnswer } from './answer.js';

/** What was found: the answer if one is kept, and under which version of the data a new one may be kept. */
export interface Found {
  readonly answer?: SearchAnswer;
  /** Not there while the version can't be read; then nothing is kept. */
  readonly version?: string;
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
  ) {}

  /** A cache or a version that can't be reached costs time, never an answer. */
  async find(namespace: string, key: string): Promise<Found> {
    const [version, kept] = await Promise.all([
      this.documents.dataVersion(namespace).catch(() => undefined),
      this.cache.get(key).catch(() => undefined),
    ]);
    if (version === undefined) return {};
    const mark = markOf(version);
    if (kept?.startsWith(mark) !== true) return { version };
    return { version, answer: JSON.parse(kept.slice(mark.length)) as SearchAnswer };
  }

  /** Nobody waits for that, not even for the words of it: they are made once the answer is on its way. */
  keep(key: string, version: string, answer: SearchAnswer): void {
    setImmediate(() => {
      void this.cache.put(key, markOf(version) + JSON.stringify(answer)).catch(() => undefined);
    });
  }
}

function markOf(version: string): string {
  return `${version}\n`;
}
