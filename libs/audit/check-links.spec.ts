import { describe, expect, it } from '@jest/globals';

import type { Page, WrongNames } from '#stores/auditor';
import { MemoryStore, MemoryStoreAuditor } from '#stores/memory';

import type { Checking } from './check-documents.js';
import { checkLinks } from './check-links.js';

/** A store in which the names of some families are joined wrongly; a page of it holds one. */
class MisjoinedAuditor extends MemoryStoreAuditor {
  constructor(
    readonly wrong: Map<string, WrongNames>,
    private readonly heals: (names: WrongNames) => boolean,
  ) {
    super('neo4j', new MemoryStore(), () => 0);
  }

  override wrongNames(cursor: string | undefined): Promise<Page<WrongNames>> {
    const [first, second] = [...this.wrong.values()].filter(({ family }) => family > (cursor ?? ''));
    return Promise.resolve({ items: first ? [first] : [], next: second && first?.family });
  }

  override joinAnew(names: readonly WrongNames[]): Promise<void> {
    for (const one of names) if (this.heals(one)) this.wrong.delete(one.family);
    return Promise.resolve();
  }
}

const namesOf = (namespace: string): WrongNames => ({
  ...{ id: `uuid of ${namespace}`, family: `${namespace}/Person/smith`, namespace },
});

interface Wanted {
  readonly repair: boolean;
  readonly namespace?: string;
  readonly heals?: (names: WrongNames) => boolean;
  /** What passes by itself between two looks. */
  readonly passes?: string;
}

/** Id and outcome of what is found where the names of three namespaces are wrong. */
async function found({ repair, namespace, heals = () => true, passes }: Wanted): Promise<string[]> {
  const wrong = ['a', 'b', 'c'].map(namesOf).map((names) => [names.family, names] as const);
  const auditor = new MisjoinedAuditor(new Map(wrong), heals);
  const noted: string[] = [];
  const checking: Pick<Checking, 'repair' | 'namespace' | 'pageSize' | 'signal' | 'note' | 'settle'> = {
    ...{ repair, namespace, pageSize: 1, signal: new AbortController().signal },
    note: ({ kind, store, id }, outcome) => noted.push([kind, store, id, outcome].join(' ')),
    settle: () => {
      if (passes !== undefined) auditor.wrong.delete(namesOf(passes).family);
      return Promise.resolve();
    },
  };
  await checkLinks(checking as Checking, auditor);
  return noted;
}

const says = (namespace: string, outcome: string): string => `wrong-names neo4j uuid of ${namespace} ${outcome}`;

describe('names that a store joins wrongly', () => {
  it('are found, page by page, and left alone unless a repair is asked for', async () => {
    expect(await found({ repair: false })).toEqual(['a', 'b', 'c'].map((name) => says(name, 'found')));
  });

  it('are healed, and what can not be is said to be left', async () => {
    const heals = ({ namespace }: WrongNames): boolean => namespace !== 'b';

    expect(await found({ repair: true, heals })).toEqual([says('a', 'healed'), says('b', 'left'), says('c', 'healed')]);
  });

  it('are those of the namespace that is asked for', async () => {
    expect(await found({ repair: false, namespace: 'b' })).toEqual([says('b', 'found')]);
  });

  it('are no finding if a second look finds them no more', async () => {
    expect(await found({ repair: false, passes: 'a' })).toEqual([says('b', 'found'), says('c', 'found')]);
  });
});
