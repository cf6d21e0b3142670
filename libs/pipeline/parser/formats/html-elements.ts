import { TokenizerMode } from 'parse5';

const names = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Elements that never have an end tag. */
export const voids = names('area base br col embed hr img input link meta source track wbr');

/** Elements that break no line, and those around everything. */
export const inline = names(
  'a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark output q rp rt ruby s samp small span strike ' +
    'strong sub sup time tt u var wbr img html body head',
);

/** Elements that hold nothing to be read. */
export const skipped = names(
  'script style noscript noembed noframes template svg math iframe object canvas select audio video',
);

/** Elements in which tags are no tags, and how their text is taken. */
export const rawModes: Readonly<Record<string, number>> = {
  title: TokenizerMode.RCDATA,
  textarea: TokenizerMode.RCDATA,
  script: TokenizerMode.SCRIPT_DATA,
  style: TokenizerMode.RAWTEXT,
  noscript: TokenizerMode.RAWTEXT,
  noembed: TokenizerMode.RAWTEXT,
  noframes: TokenizerMode.RAWTEXT,
  iframe: TokenizerMode.RAWTEXT,
};

const rows = 'tr tbody thead tfoot';

/** Elements whose end tag may be left out, and what ends them then when it begins beside them. */
export const endedBy: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'p',
    names(
      'address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header ' +
        `hgroup hr main menu nav ol p pre search section table ul li dt dd td th ${rows}`,
    ),
  ],
  ['li', names('li')],
  ['dt', names('dt dd')],
  ['dd', names('dt dd')],
  ['td', names(`td th ${rows}`)],
  ['th', names(`td th ${rows}`)],
  ['tr', names(rows)],
  ['thead', names('tbody tfoot')],
  ['tbody', names('tbody tfoot')],
  ['tfoot', names('tbody tfoot')],
  ['option', names('option optgroup')],
]);

/** What they may lie in: its end is theirs as well. */
export const endedWith: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'p',
    names(
      'address article aside blockquote dd details div dl fieldset figure footer form header li main nav section td th tr table ul ol',
    ),
  ],
  ['li', names('ul ol menu')],
  ['dt', names('dl')],
  ['dd', names('dl')],
  ['td', names(`table ${rows}`)],
  ['th', names(`table ${rows}`)],
  ['tr', names('table tbody thead tfoot')],
  ['thead', names('table')],
  ['tbody', names('table')],
  ['tfoot', names('table')],
  ['option', names('select optgroup')],
]);
