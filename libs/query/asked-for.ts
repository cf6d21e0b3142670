import { hasFilter } from './has-filter.js';
import type { SearchRequest } from './request.js';

const change =
  /\b(?:chang(?:e[sd]?|ing)|evol(?:ve[sd]?|ution)|histor(?:y|ies)|over time|timeline|former(?:ly)?|previous(?:ly)?|used to)\b/iu;
const past = /\b(?:was|were|when|before|earlier|past|until|became|began|ended|ceased|left|replaced)\b/iu;
const kept = 'documents|entities|facts|things|people|persons|organi[sz]ations|companies|places|locations';
const store = '(?:here|(?:the |this |your )?(?:memory|graph|store|namespace|database|knowledge (?:graph|base)))';
const howMuch = new RegExp(
  `^(?:how many (?:live |stored |known |different )?(?:${kept})(?:,? (?:and|or) (?:how many )?(?:${kept}))* ` +
    `(?:are (?:there|stored|known|kept|held|live)(?: in ${store})?|are in ${store}|` +
    `(?:do|does) (?:you|we|i|it|penstock|${store}) (?:have|hold|know|store|keep|contain)(?: of| about)?|` +
    `have (?:you|we|i) (?:got|stored))|` +
    `(?:how (?:big|large) is|what is the size of) ${store})[\\s?.!]*$`,
  'iu',
);

/** Whether it asks how something came to be as it is: a timeline is the answer. */
export function asksForChange({ query, asOf }: Pick<SearchRequest, 'query' | 'asOf'>): boolean {
  return asOf === undefined && change.test(query);
}

/** Whether what does not hold any more may answer it. */
export function asksOfThePast(request: Pick<SearchRequest, 'query' | 'asOf'>): boolean {
  return asksForChange(request) || (request.asOf === undefined && past.test(request.query));
}

/** Whether it asks how much there is of all that is stored, and of nothing in particular. */
export function asksHowMuch({ query, filter, asOf }: Pick<SearchRequest, 'query' | 'filter' | 'asOf'>): boolean {
  return asOf === undefined && !hasFilter(filter) && howMuch.test(query.trim());
}
