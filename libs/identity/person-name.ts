/** Offices as they follow names; none that is a first name as well (`Dean`, `King`, `Major`). */
const offices = [
  'c[efimot]o|chief(?: \\p{L}+){0,3} officer|chief executive|finance chief|chair|chair(?:man|woman|person)',
  '(?:vice[ -])?president|(?:prime )?minister|(?:managing )?director|(?:general )?manager|(?:co-?)?founder|partner',
  'owner|secretary|treasurer|spokes(?:man|woman|person)|governor|mayor|senator|professor|editor|coach|captain|analyst',
  'economist|engineer|scientist|researcher|lawyer|attorney|(?:head|leader|member) of',
];
const beforeOffice =
  'the|an?|its|our|former|new|senior|interim|acting|deputy|group|global|executive|first|current|longtime|assistant';
const office = new RegExp(String.raw`^(?:ex-)?(?:(?:${beforeOffice}) )*(?:${offices.join('|')})(?![\p{L}\p{N}])`, 'iu');
const degree = /^(?:ph\.? ?d|esq(?:uire)?)(?![\p{L}\p{N}])/iu;
/** Degrees that are written like initials of first names: `Smith, M.D.` may be one of them. */
const likeInitials = /^(?:M\.?D|J\.?D|[BM]\.?A|[BM]\.?Sc?|M\.?B\.?A|LL\.?[BM]|R\.?N|CPA|CFA)(?![\p{L}\p{N}])/u;

/**
 * The name of a person without an office or a degree that follows it: `J. Smith, CEO`, `John Smith, PhD`. All of
 * `Smith, John` is the name, and of `John Smith, Jr.`, as a father and his son are two.
 */
export function personName(name: string): string {
  const [first = '', ...others] = name.split(/ ?, ?/);
  const isWhole = first.includes(' ');
  const from = others.findIndex((said) => isTitle(said) || (isWhole && likeInitials.test(said)));
  if (first === '' || from === -1) return name;
  return [first, ...others.slice(0, from)].filter((said) => said !== '').join(', ');
}

function isTitle(said: string): boolean {
  return degree.test(said) || office.test(said);
}
