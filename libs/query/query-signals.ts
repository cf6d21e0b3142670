/** What the words of a question give away. Everything is read off the text, nothing off the stores. */
export interface QuerySignals {
  /** Quoted stretches, without their quotes. */
  readonly phrases: readonly string[];
  /** Words that are looked for letter by letter: codes, paths, addresses, versions, numbers with letters. */
  readonly codes: readonly string[];
  /** Runs of words that may be names, as they stand in the question. */
  readonly names: readonly string[];
  /** Words that tell of a relation between things, e.g. `works for`. */
  readonly relations: readonly string[];
  /** Asks who, where, which company and the like: an answer is a thing. */
  readonly asksForThing: boolean;
  /** Asks why, how, what for, or to explain: an answer is a passage. */
  readonly asksForPassage: boolean;
  /** Asks for documents as such: `list`, `latest files`, `emails from last week`. */
  readonly asksForDocuments: boolean;
  /** Milliseconds since the epoch: the day that `as of …` names. */
  readonly asOf?: number;
  readonly words: number;
}

const phrase = /["“”„«»]([^"“”„«»]{2,200})["“”„«»]/gu;
const code =
  /(?<![\p{L}\p{N}])(?:https?:\/\/\S+|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[\w.+-]+@[\w-]+\.[\w.]+|(?=[\w./#-]*\d)(?=[\w./#-]*[\p{L}_#-])[\p{L}\p{N}][\p{L}\p{N}_./#-]{2,}|[\p{L}\p{N}]+_[\p{L}\p{N}_]+|[\w.-]*\/[\w./-]+|#\d+)/gu;
const date = /^(?:\d{4}-\d{2}-\d{2}|q[1-4]|\d{4}|\d+(?:st|nd|rd|th|%|k|m|bn)|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?)$/iu;
const ordinary = new Set(
  (
    'a an the and or of to in on at by for from with about as is are was were be been do does did has have had can could ' +
    'should would will who whom whose what which when where why how list show find give tell me us all any latest newest ' +
    'recent i my we our it its this that these those between explain describe compare summarize summarise please not no ' +
    'documents files emails mails records notes reports'
  ).split(' '),
);
const relation = new RegExp(
  '\\b(?:works? (?:for|at|with)|working (?:for|at)|employ(?:s|ed|er|ees?)|founde(?:d|rs?)|co-?founde(?:d|rs?)|did .{1,60} found|' +
    'ceo|cfo|cto|chair(?:man|woman|person)?|president|director|heads?|leads?|led|manages?|managed|runs|reports? to|' +
    'own(?:s|ed|ers?)?|acquire[ds]?|acquisitions?|bought|subsidiar(?:y|ies)|parent company|invest(?:s|ed|ors?)?|' +
    'partners?|partnered|partnerships?|suppl(?:y|ies|ied|iers?)|customers? of|clients? of|competitors?|members? of|' +
    'married|spouse|born|located|based|headquartered|headquarters|lives?|lived|moved|joined|left|' +
    'relat(?:ed|ions?|ionships?)|connect(?:ed|ions?)|linked|knows?|met|signed|replaced|succeeded|appointed)\\b',
  'giu',
);
const thing = new RegExp(
  '^(?:who|whom|whose|where|(?:which|what) (?:compan(?:y|ies)|person|people|cit(?:y|ies)|countr(?:y|ies)|firms?|' +
    'organi[sz]ations?|suppliers?|customers?|partners?|products?))\\b',
  'iu',
);
const passage =
  /^(?:why|how(?! (?:many|much) (?:documents|files|records))|explain|describe|summari[sz]e|compare|what(?:'s| is| are| does| do| happens| was| were)?)\b/iu;
const documents = new RegExp(
  '^(?:(?:list|show|find|get|give me|display|all|any|latest|newest|most recent|recent|which|what|how many)\\b.*\\b)?' +
    '(?:documents?|files?|e?-?mails?|messages|records|notes|reports|pdfs?|spreadsheets|uploads|pages)\\b' +
    '(?!.*\\b(?:say|says|said|explain|mean|means)\\b)|' +
    '\\b(?:author|type|source|mediatype|filetype|title):\\S',
  'iu',
);
const asOfDay = /\bas (?:of|at) (\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\b/iu;

/** Reads a question. Pure, and linear in its length. */
export function signalsOf(query: string): QuerySignals {
  const text = query.normalize('NFKC').trim();
  const plain = text.replaceAll(phrase, ' ');
  const asOf = asOfOf(text);
  return {
    phrases: [...text.matchAll(phrase)].map((match) => (match[1] ?? '').trim()).filter((one) => one !== ''),
    codes: [...plain.matchAll(code)].map(([found]) => found).filter((one) => !date.test(one)),
    names: namesIn(plain),
    relations: [...plain.matchAll(relation)].map(([found]) => found.toLowerCase()),
    asksForThing: thing.test(plain.trim()),
    asksForPassage: passage.test(plain.trim()),
    asksForDocuments: documents.test(plain.trim()),
    ...(asOf === undefined ? {} : { asOf }),
    words: plain.split(/\s+/u).filter((word) => word !== '').length,
  };
}

/** The date after `as of`, as it stands outside of quotes, if there is no such day or month. */
export function noSuchDateIn(query: string): string | undefined {
  const plain = query.normalize('NFKC').replaceAll(phrase, ' ');
  const match = asOfDay.exec(plain);
  return match === null || asOfOf(plain) !== undefined ? undefined : match[0].replace(/^as (?:of|at) /iu, '');
}

/** The end of the day, month or year that is named, if there is such a one, so that all that held within it counts. */
function asOfOf(text: string): number | undefined {
  const match = asOfDay.exec(text);
  if (match === null) return undefined;
  const [year = 0, month, day] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const first = new Date(startOf(year, month, day));
  // A 30th of February would be the 2nd of March, and a 13th month the next January.
  if (first.getUTCMonth() + 1 !== (month ?? 1) || first.getUTCDate() !== (day ?? 1)) return undefined;
  if (day !== undefined) return startOf(year, month, day + 1) - 1;
  return (month === undefined ? startOf(year + 1) : startOf(year, month + 1)) - 1;
}

/** Milliseconds since the epoch; years below 100 are what they say, which `Date.UTC` does not leave them. */
function startOf(year: number, month = 1, day = 1): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

const capitalised = /^[\p{Lu}\p{Lt}]/u;

/** Runs of capitalised words; the first word of the question counts only if it is no ordinary one. */
function namesIn(text: string): string[] {
  const names: string[] = [];
  let run: string[] = [];
  const close = (): void => {
    if (run.length > 0) names.push(run.join(' '));
    run = [];
  };
  for (const raw of text.split(/\s+/u)) {
    const word = raw.replace(/^[^\p{L}\p{N}]+|(?:['’]s)?[^\p{L}\p{N}]*$/gu, '');
    if (capitalised.test(word) && !ordinary.has(word.toLowerCase())) run.push(word);
    else close();
    if (/[,;:.?!]$/u.test(raw) || /['’]s$/u.test(raw)) close();
  }
  close();
  return names;
}
