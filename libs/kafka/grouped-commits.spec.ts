import { describe, expect, it } from '@jest/globals';

import { GroupedCommits, type OffsetCommit } from './grouped-commits.js';

/** A broker that answers when it is told to. */
class Broker {
  readonly asked: string[] = [];
  private answers: PromiseWithResolvers<void>[] = [];

  readonly via: OffsetCommit['via'] = (offsets) => {
    const partitions = (offsets?.topics ?? []).flatMap(({ topic, partitions: all }) =>
      all.map(({ partition, offset }) => `${topic}/${partition}:${offset}`),
    );
    this.asked.push(partitions.join(' '));
    const answer = Promise.withResolvers<void>();
    this.answers.push(answer);
    return answer.promise;
  };

  /** Answers all requests there will be. */
  async answer(error?: Error): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) {
      for (const { resolve, reject } of this.answers.splice(0)) error === undefined ? resolve() : reject(error);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function committing(commits: GroupedCommits, { via }: Broker, place: string, signal = new AbortController().signal) {
  const [, topic = '', partition, offset = ''] = /^(.+)\/(.+):(.+)$/u.exec(place) ?? [];
  return commits.commit({ topic, partition: Number(partition), offset: BigInt(offset), signal, via });
}

describe('offsets to be committed', () => {
  it('of one tick go together', async () => {
    const [broker, commits] = [new Broker(), new GroupedCommits()];

    const done = ['a/0:5', 'b/0:7', 'a/1:6'].map((place) => committing(commits, broker, place));
    await broker.answer();

    await Promise.all(done);
    expect(broker.asked).toEqual(['a/0:5 a/1:6 b/0:7']);
  });

  it('go together while a request is under way', async () => {
    const [broker, commits] = [new Broker(), new GroupedCommits()];

    const first = committing(commits, broker, 'a/0:5');
    await Promise.resolve();
    await Promise.resolve();
    const later = ['a/1:6', 'a/2:7'].map((place) => committing(commits, broker, place));
    await broker.answer();

    await Promise.all([first, ...later]);
    expect(broker.asked).toEqual(['a/0:5', 'a/1:6 a/2:7']);
  });

  it('of a partition that is lost are not sent', async () => {
    const [broker, commits, lost] = [new Broker(), new GroupedCommits(), new AbortController()];

    const first = committing(commits, broker, 'a/0:5');
    await Promise.resolve();
    await Promise.resolve();
    const late = committing(commits, broker, 'a/1:6', lost.signal);
    lost.abort();
    const later = committing(commits, broker, 'a/2:7');
    await Promise.all([broker.answer(), expect(late).rejects.toMatchObject({ reason: 'assignment-lost' })]);

    await Promise.all([first, later]);
    expect(broker.asked).toEqual(['a/0:5', 'a/2:7']);
  });

  it('that the broker refuses fail whoever waits for them, and nobody after', async () => {
    const [broker, commits] = [new Broker(), new GroupedCommits()];
    const refused = ['a/0:5', 'a/1:6'].map((place) => committing(commits, broker, place));
    const told = Promise.all(refused.map((one) => expect(one).rejects.toThrow('rebalancing')));

    await broker.answer(new Error('rebalancing'));
    await told;
    const again = committing(commits, broker, 'a/0:5');
    await broker.answer();

    await again;
    expect(broker.asked).toEqual(['a/0:5 a/1:6', 'a/0:5']);
  });
});
