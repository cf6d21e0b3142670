import { readSets } from '../retrieval/sets.js';

/** A document of one passage, as it would be submitted. */
export interface WorldDocument {
  readonly documentId: string;
  readonly title: string;
  readonly text: string;
  readonly mediaType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the made-up half of the documents is about. */
export interface Company {
  readonly name: string;
  readonly slug: string;
  readonly chief: string;
  readonly city: string;
  readonly goods: string;
  readonly code: string;
  readonly cause: string;
  readonly remedy: string;
  readonly department: string;
  readonly author: string;
  readonly month: string;
}

const words = (list: string): string[] => list.split(', ');
const stems = words(
  'Ardent, Brightwater, Calder, Dunmore, Elkhart, Fairholm, Garrick, Hollis, Inverness, Jarrow, Kestrel, Lindqvist, ' +
    'Marlow, Norwood, Ostrander, Pemberton, Quillon, Ravensworth, Selkirk, Thornbury, Umber, Valcourt, Westbrook, Yarrow',
);
const kinds = ['Corporation', 'Ltd', 'GmbH', 'Inc.'];
const firstNames = words(
  'Alice, Bruno, Clara, David, Emma, Felix, Grace, Henry, Irene, Jonas, Karen, Louis, Maria, Nathan, Olivia, Peter, ' +
    'Rachel, Simon, Teresa, Victor, Wendy, Xavier, Yvonne, Zoe',
);
const lastNames = words(
  'Abbott, Becker, Carver, Dawson, Ellison, Fischer, Grant, Hughes, Ingram, Jensen, Keller, Lambert, Mercer, Novak, ' +
    'Osborne, Palmer, Quinn, Reeves, Sawyer, Turner, Usher, Vaughan, Weaver, Young',
);
const cities = words('Berlin, Lyon, Turin, Leeds, Gdansk, Porto, Bergen, Zurich, Vienna, Boston, Denver, Toronto');
const goods = words(
  'heat pumps, hearing aids, tram brakes, seed drills, ship radars, bread ovens, lift doors, wind vanes, ' +
    'water meters, camera lenses, dental drills, forklift batteries',
);
const causes = words(
  'the inlet filter is clogged, the battery is empty, the sensor has lost its signal, the valve is frozen shut, ' +
    'the motor runs too hot, the seal leaks oil, the fan is blocked by dust, the fuse has blown',
);
const remedies = words(
  'Rinse it under a tap, Charge it over night, Turn the plug and start again, Thaw it with warm air, ' +
    'Let it rest for an hour, Replace the rubber ring, Brush it clean, Put in a new one of ten amperes',
);
const departments = words('legal, sales, safety, finance, research, logistics');
const months = words(
  'January, February, March, April, May, June, July, August, September, October, November, December',
);

const pick = (list: readonly string[], at: number): string => list[at % list.length] ?? '';

export const companies: readonly Company[] = stems.map((stem, at) => ({
  name: `${stem} ${pick(kinds, at)}`,
  slug: stem.toLowerCase(),
  chief: `${pick(firstNames, at)} ${pick(lastNames, at * 5 + 2)}`,
  city: pick(cities, at),
  goods: pick(goods, at * 7),
  code: `${pick(['ERR', 'FLT', 'SVC'], at)}-${1_040 + at * 37}`,
  cause: pick(causes, at * 3),
  remedy: pick(remedies, at * 3),
  department: pick(departments, at),
  author: `${pick(firstNames, at + 11)} ${pick(lastNames, at * 7 + 5)}`,
  month: pick(months, at * 5),
}));

/** The company that another one bought, if it bought one. */
export function boughtBy(at: number): Company | undefined {
  return at % 2 === 0 ? companies[at + 1] : undefined;
}

/** 240 passages about the world as it is, and 84 documents about companies that do not exist. */
export function documents(): WorldDocument[] {
  const passages = readSets()[0]?.passages ?? [];
  return [
    ...passages.map(({ id, text }) => document(`passage-${id}`, `Passage ${id}`, text)),
    ...companies.flatMap((company, at) => [profile(company), guide(company), minutes(company), ...deal(company, at)]),
  ];
}

function profile({ name, slug, chief, city, goods: made }: Company): WorldDocument {
  const text = `${chief} is the CEO of ${name}. ${name} is headquartered in ${city}. The company makes ${made} and sells them in twelve countries.`;
  return document(`profile-${slug}`, `Profile ${slug}`, text);
}

function guide({ slug, goods: made, code, cause, remedy }: Company): WorldDocument {
  const text = `Service guide for ${made}. The display shows ${code} if ${cause}. ${remedy}, then press the green button twice. Call the workshop if the display still shows ${code}.`;
  return document(`guide-${slug}`, `Service guide ${slug}`, text);
}

function minutes({ slug, department, author, month }: Company): WorldDocument {
  const text = `Those who were there agreed on the agenda. The open points of the last time were gone through one by one. Two were put off, the others are done.`;
  const title = `Minutes ${department} ${month} ${slug}`;
  return { ...document(`minutes-${slug}`, title, text), mediaType: 'text/markdown', metadata: { author, department } };
}

function deal({ name, slug }: Company, at: number): WorldDocument[] {
  const bought = boughtBy(at);
  if (bought === undefined) return [];
  const text = `${name} acquired ${bought.name}. The price was not disclosed, and the boards of both sides had talked for months.`;
  return [document(`deal-${slug}`, `Deal ${slug}`, text)];
}

function document(documentId: string, title: string, text: string): WorldDocument {
  return { documentId, title, text, mediaType: 'text/plain', metadata: {} };
}
