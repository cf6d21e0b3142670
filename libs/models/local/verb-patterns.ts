import { siteSource } from './site-words.js';

/** What verbs between two entities say. Patterns match the words between, lower case, from end to end. */
export interface VerbPattern {
  /** Types of the entity on the left, then of the entity on the right. */
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly words: RegExp;
  readonly relation: string;
  /** Passive voice: the entity on the right is the source. */
  readonly reverse?: true;
  /** The relation where the words speak of the future; without one such words state nothing. */
  readonly planned?: string;
}

const O = ['Organization'];
const P = ['Person'];
const L = ['Location'];
const D = ['Date'];
const PO = ['Person', 'Organization'];
const aux =
  '(?: (?:has|have|had|also|recently|today|then|later|jointly|officially|already|successfully|now|finally|first))*';
const future = ' (?:will|plans to|plan to|is to|intends to|expects to|is set to|aims to|has agreed to|agreed to)';
const few = "(?: [\\w'$%-]+){0,5}?";
const the = '(?: (?:the|its|a|an|their|his|her))?';
const was = ' (?:is|was|were|are|been|being|has been|had been)(?: \\w+ly)?';
const site = `(?:${siteSource})`;

function pattern(
  left: readonly string[],
  words: string,
  right: readonly string[],
  relation: string,
  more: { readonly reverse?: true; readonly planned?: string } = {},
): VerbPattern {
  return { left, right, relation, words: new RegExp(`^${words}${the} $`), ...more };
}

/** Active voice; a future marker may stand where the auxiliary stands. */
function active(
  left: readonly string[],
  verb: string,
  right: readonly string[],
  relation: string,
  planned?: string,
): VerbPattern[] {
  const now = pattern(left, `${aux} (?:${verb})`, right, relation);
  return planned ? [now, { ...pattern(left, `${future} (?:${verb})`, right, relation), planned }] : [now];
}

function passive(left: readonly string[], verb: string, right: readonly string[], relation: string): VerbPattern {
  return pattern(left, `(?:${was}|, a \\w+)? (?:${verb})(?: in \\d{4})? by`, right, relation, { reverse: true });
}

/** In order: the first that fits two neighbours is taken. */
export const verbPatterns: readonly VerbPattern[] = [
  ...active(
    PO,
    'acquired|acquires|acquire|bought|buys|buy|purchased|purchase|took over|takes over|take over',
    O,
    'ACQUIRED',
    'PLANS_TO_ACQUIRE',
  ),
  passive(O, 'acquired|bought|purchased|taken over', PO, 'ACQUIRED'),
  passive(O, 'owned|controlled', PO, 'OWNS'),
  passive(O, 'founded|co-founded|established|created|started', PO, 'FOUNDED'),
  passive(O, 'led|headed|chaired|run', P, 'LEADS'),
  passive(['Product', 'Organization'], 'made|built|developed|designed|manufactured|produced', O, 'MAKES'),
  passive(PO, 'sued', PO, 'SUED'),
  ...active(O, 'merged with|merge with', O, 'MERGED_WITH', 'PLANS_TO_MERGE_WITH'),
  ...active(
    O,
    '(?:partners|partnered|teamed up|cooperate[sd]|collaborate[sd]|works together)(?: \\w+ly)? with|' +
      `(?:entered|signed|formed|announced|has)(?: into)?${few} (?:partnership|alliance|cooperation|joint venture) with`,
    O,
    'HAS_PARTNER',
  ),
  ...active(
    O,
    `(?:signed|won|secured|received|landed|has)${few} (?:contract|deal|order|agreement) (?:with|from)`,
    O,
    'HAS_CONTRACT_WITH',
  ),
  ...active(O, 'competes with|competes against|rivals', O, 'COMPETES_WITH'),
  ...active(PO, 'sued|filed a lawsuit against|filed suit against', PO, 'SUED'),
  ...active(O, `(?:supplies|supplied|delivers|delivered)${few} to|supplies`, O, 'SUPPLIES'),
  ...active(PO, 'owns|controls|holds a stake in', O, 'OWNS'),
  ...active(PO, 'invested in|invests in|invest in', O, 'INVESTED_IN', 'PLANS_TO_INVEST_IN'),
  ...active(P, 'joined|joins', O, 'JOINED'),
  ...active(P, 'works for|works at|is employed by|is employed at', O, 'WORKS_FOR'),
  ...active(P, 'worked for|worked at|was employed by', O, 'WORKED_FOR'),
  ...active(PO, 'founded|co-founded|established|created|started', O, 'FOUNDED'),
  ...active(P, 'leads|heads|runs|chairs', O, 'LEADS'),
  ...active(P, 'left|leaves|quit|resigned from|retired from', O, 'LEFT'),
  ...active(P, 'studied at|graduated from|attended', O, 'STUDIED_AT'),
  ...active(P, 'teaches at|taught at', O, 'TAUGHT_AT'),
  ...active(P, 'met with|met|meets', P, 'MET_WITH'),
  ...active(P, 'married|is married to', P, 'MARRIED_TO'),
  ...active(P, 'succeeded|succeeds|replaced|replaces', P, 'SUCCEEDED'),
  ...active(P, 'was born in|, born in', L, 'BORN_IN'),
  ...active(P, 'died in', L, 'DIED_IN'),
  ...active(P, 'lives in|resides in', L, 'LIVES_IN'),
  ...active(P, 'visited|visits|travelled to|traveled to|arrived in', L, 'VISITED', 'PLANS_TO_VISIT'),
  pattern(O, `(?:,| which)?(?:${was})?,? (?:based|headquartered|located|situated) (?:in|at)`, L, 'BASED_IN'),
  ...active(
    O,
    `(?:opened|opens|open|is opening|built|builds|build|is building)${few} ${site} (?:in|near)`,
    L,
    'OPENED_SITE_IN',
    'PLANS_SITE_IN',
  ),
  ...active(O, `(?:has|operates|runs|maintains)${few} ${site} (?:in|near)`, L, 'HAS_SITE_IN'),
  ...active(O, 'operates in|is active in', L, 'OPERATES_IN'),
  pattern(L, ' (?:is|was)(?: the)?(?: \\w+)? capital(?: city)? of', L, 'CAPITAL_OF'),
  pattern(
    L,
    `${was}(?: a| an| the)?${few} (?:city|town|village|district|municipality|located|situated|county) (?:in|of)`,
    L,
    'LOCATED_IN',
  ),
  ...active(
    O,
    'launched|launches|launch|unveiled|unveils|unveil|released|releases|release|introduced|introduces',
    ['Product'],
    'LAUNCHED',
    'PLANS_TO_LAUNCH',
  ),
  ...active(O, 'develops|developed|makes|made|sells|produces|manufactures|builds', ['Product'], 'MAKES'),
  pattern(O, `(?:${was})? (?:founded|established|incorporated) (?:in|on)`, D, 'FOUNDED_IN'),
  pattern(P, `(?:${was})? born (?:in|on)`, D, 'BORN_IN'),
  pattern(P, ' died (?:in|on)', D, 'DIED_IN'),
  pattern(['Event'], `(?: (?:is|was|will be))?(?: held| took place| takes place) (?:in|at)`, L, 'HELD_IN'),
  pattern(['Event'], `(?: (?:is|was|will be))?(?: held| took place| takes place) (?:in|on)`, D, 'HELD_ON'),
  pattern(
    ['Person'],
    ` presented${few} (?:initiatives|plans|strategy|goals|targets|roadmap|outlook|results|report) for`,
    D,
    'PRESENTED_PLANS_FOR',
  ),
];
