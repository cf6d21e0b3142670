import { classify } from '#failure';

import type { ApiClient } from './api-client.js';
import { describeOutcome } from './describe-outcome.js';
import { describeRemoved } from './describe-removed.js';
import { fileItem, type Item } from './expand-arguments.js';
import { readRecords, type RecordOptions } from './read-records.js';
import { submitAndWait, type SubmitOptions } from './submit-and-wait.js';

type Options = Omit<SubmitOptions, 'onSettled'> & { readonly isDeleting: boolean };

/**
 * Files whose lines are a record each, read anew whenever they change: records that are as they were come to nothing
 * (`unchanged`). A record that a file no longer has counts as removed, as far as it was there since this began.
 */
export class RecordFiles {
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly api: ApiClient,
    private readonly options: Options,
    private readonly records: RecordOptions,
  ) {}

  async changed(path: string, tell: (line: string) => void): Promise<void> {
    const names = new Set<string>();
    try {
      const onSettled: SubmitOptions['onSettled'] = (outcome) => tell(describeOutcome(outcome));
      await submitAndWait(this.api, noted(readRecords([path], this.records), names), { ...this.options, onSettled });
    } catch (error) {
      tell(describeOutcome({ item: fileItem(path), refusal: classify(error) }));
      return;
    }
    const before = this.known.get(path) ?? new Set<string>();
    this.known.set(path, names);
    await this.tellRemoved(
      [...before].filter((name) => !names.has(name)),
      tell,
    );
  }

  async removed(path: string, tell: (line: string) => void): Promise<void> {
    const before = this.known.get(path) ?? new Set<string>();
    this.known.delete(path);
    await this.tellRemoved(before, tell);
  }

  private async tellRemoved(names: Iterable<string>, tell: (line: string) => void): Promise<void> {
    for (const name of names) {
      // Two files may hold records of one name; it is gone when the last of them has it no more.
      if ([...this.known.values()].some((of) => of.has(name))) continue;
      tell(await describeRemoved(this.api, name, this.options));
    }
  }
}

/** Passes items on, and keeps the names of those that can be submitted. */
async function* noted(items: AsyncIterable<Item>, names: Set<string>): AsyncGenerator<Item> {
  for await (const item of items) {
    if (item.problem === undefined) names.add(item.documentId);
    yield item;
  }
}
