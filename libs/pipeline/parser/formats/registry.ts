import { PermanentFailure } from '#failure';

import type { Format } from './format.js';
import { htmlFormat } from './html.js';
import { jsonRecordFormat } from './json-record.js';
import { markdownFormat } from './markdown.js';
import { textFormat } from './text.js';

/** All formats Penstock reads; a new one is a new line here. */
export const formats: readonly Format[] = [textFormat, markdownFormat, htmlFormat, jsonRecordFormat];

/** Finds the format of a media type; parameters such as `; charset=utf-8` don't matter. */
export class FormatRegistry {
  private readonly byMediaType: ReadonlyMap<string, Format>;

  constructor(known: readonly Format[] = formats) {
    this.byMediaType = new Map(known.flatMap((format) => format.mediaTypes.map((type) => [type, format] as const)));
  }

  /** @throws PermanentFailure `unsupported`, naming the media type. */
  formatOf(mediaType: string): Format {
    const bare = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const format = this.byMediaType.get(bare);
    if (format === undefined) {
      const readable = [...this.byMediaType.keys()].join(', ');
      throw new PermanentFailure(`media type ${bare} can't be read; readable are ${readable}`, {
        reason: 'unsupported',
      });
    }
    return format;
  }
}
