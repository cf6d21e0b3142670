import { createHash } from 'node:crypto';

import type { Way } from '#query';

import { isForTuning, readSets } from '../retrieval/sets.js';
import { boughtBy, companies, type Company } from './world.js';

/** A question, the way that is made for it, and the documents that answer it. */
export interface LabelledQuestion {
  readonly id: string;
  readonly kind: Way;
  readonly text: string;
  readonly relevant: ReadonlySet<string>;
}

/** Whole questions that are taken from the passages' set, of each wording. */
const perWording = 40;

/** All of them; a hash says which may be looked at while something is chosen (`isForTuning`). */
export function labelledQuestions(): LabelledQuestion[] {
  const all = [...aboutPassages(), ...companies.flatMap((company, at) => aboutCompany(company, at)), ...aboutMinutes()];
  // Two whole questions may come to the same few words.
  return [...new Map(all.map((question) => [question.text, question])).values()];
}

export { isForTuning };

/** As they were asked, in other words, and shortened to a few words as people type them. */
function aboutPassages(): LabelledQuestion[] {
  const [english, , reworded] = readSets();
  const relevant = (id: string): Set<string> =>
    new Set([...(english?.relevant.get(id) ?? [])].map((passage) => `passage-${passage}`));
  const spread = (id: string): string => createHash('sha256').update(`spread ${id}`).digest('hex');
  const some = [...(english?.questions ?? [])].sort((a, b) => (spread(a.id) < spread(b.id) ? -1 : 1));
  return [
    ...some.slice(0, perWording).map(({ id, text }) => ({ id, kind: 'semantic' as const, text })),
    ...(reworded?.questions ?? [])
      .slice(0, perWording)
      .map(({ id, text }) => ({ id, kind: 'semantic' as const, text })),
    ...some
      .slice(perWording, 2 * perWording)
      .map(({ id, text }) => ({ id, kind: 'hybrid' as const, text: short(text) })),
  ].map((question) => ({ ...question, relevant: relevant(question.id) }));
}

const small = new Set(
  'a an the of in on at by for from with to and or was were is are did does do how many much what who which when where why'.split(
    ' ',
  ),
);

function short(text: string): string {
  const telling = text.replaceAll(/[?.,]/g, '').split(' ');
  return telling
    .filter((word) => !small.has(word.toLowerCase()))
    .slice(0, 5)
    .join(' ');
}

function aboutCompany(company: Company, at: number): LabelledQuestion[] {
  const { name, slug, chief, goods, code, cause } = company;
  const ask = (kind: Way, what: string, text: string, document: string): LabelledQuestion => ({
    ...{ id: `${slug} ${what}`, kind, text, relevant: new Set([document]) },
  });
  const bought = boughtBy(at);
  const stem = name.split(' ')[0] ?? '';
  return [
    at % 2 === 0
      ? ask('graph', 'chief', `Who is the CEO of ${name}?`, `profile-${slug}`)
      : ask('graph', 'place', `Where is ${name} headquartered?`, `profile-${slug}`),
    ask('graph', 'led', `Which company does ${chief} lead?`, `profile-${slug}`),
    ...(bought === undefined ? [] : [ask('graph', 'deal', `Who acquired ${bought.name}?`, `deal-${slug}`)]),
    ask('keyword', 'code', at % 3 === 0 ? code : `${code} ${goods}`, `guide-${slug}`),
    ask('keyword', 'phrase', `"shows ${code} if ${cause}"`, `guide-${slug}`),
    ask('hybrid', 'goods', `${stem} ${goods} countries`, `profile-${slug}`),
  ];
}

function aboutMinutes(): LabelledQuestion[] {
  const minutesOf = (holds: (company: Company) => boolean): Set<string> =>
    new Set(companies.filter(holds).map(({ slug }) => `minutes-${slug}`));
  const departments = [...new Set(companies.map(({ department }) => department))];
  return [
    ...companies.map(({ author, slug }) => ({
      ...{ id: `${slug} author`, kind: 'metadata' as const, text: `documents by author ${author}` },
      relevant: minutesOf((one) => one.author === author),
    })),
    ...departments.map((department) => ({
      ...{
        id: `${department} minutes`,
        kind: 'metadata' as const,
        text: `list all files of the ${department} department`,
      },
      relevant: minutesOf((one) => one.department === department),
    })),
  ];
}
