/** Closed lists of words, lower case, that tell names apart. Written for English news and business prose. */
function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** Written before a person's name. */
export const personTitles = words(
  'mr mrs ms miss dr prof professor sir dame lord lady president chancellor minister senator governor mayor ' +
    'judge justice captain colonel general lieutenant sergeant major commander admiral king queen prince princess ' +
    'emperor pope saint bishop archbishop cardinal reverend father sister brother rabbi sheikh ayatollah imam ' +
    'ambassador secretary chairman chairwoman chairperson director coach congressman congresswoman representative ' +
    'spokesman spokeswoman spokesperson leader brigadier staff vice deputy ceo cfo cto coo gen col lt capt sgt ' +
    'rev gov sen rep hon',
);

/** What people are by trade or office; `guitarist Jeff Beck`, `Edward Farr, engineer`. */
export const roleWords = words(
  'ceo cfo cto coo cmo chair chairman chairwoman president founder cofounder co-founder director manager head ' +
    'partner analyst engineer economist spokesman spokeswoman spokesperson professor minister secretary treasurer ' +
    'editor journalist author writer actor actress singer guitarist drummer bassist musician composer artist ' +
    'painter coach player pitcher outfielder striker goalkeeper captain lawyer attorney judge senator governor ' +
    'mayor ambassador neurologist physicist chemist biologist philosopher historian scientist researcher cleric ' +
    'priest bishop leader general colonel commander officer producer entrepreneur investor owner consultant ' +
    'architect designer developer chief executive politician activist king queen prince poet novelist brother ' +
    'sister son daughter wife husband father mother',
);

/** Verbs whose subject is a person as a rule. */
export const personVerbs = words(
  'said says told tells added explained argued wrote writes recalled admitted joked insisted replied asked ' +
    'thinks thought believes believed married died resigned retired graduated studied grew joked stated noted',
);

/** Prepositions before a place. */
export const placePrepositions = words(
  'in at from near to into across throughout around outside inside toward towards via',
);

/** What a place is of: `the city of Tyre`, `south of Ocala`. */
export const placeNouns = words(
  'city town village state county province region district island suburb capital port parish municipality north ' +
    'south east west northeast northwest southeast southwest coast shore borough area people outskirts kingdom ' +
    'government mayor republic',
);

/** What an organisation is called just before its name. */
export const organizationNouns = words(
  'company companies firm firms band bands team club group groups party organisation organization manufacturer ' +
    'supplier retailer bank label publisher newspaper magazine startup subsidiary vendor maker airline network ' +
    'station agency partner contractor',
);

/** Verbs whose subject is an organisation as a rule, and verbs whose object is one. */
export const organizationVerbs = words(
  'acquired acquires launched launches unveiled reported reports posted raised announced announces partnered ' +
    'merged manufactures produces sells employs competes supplies',
);
export const organizationObjectVerbs = words(
  'joined joins acquired acquire acquires bought sued founded co-founded joining acquiring',
);

/** Verbs before a product's name. */
export const launchVerbs = words(
  'launched launches launching launch unveiled unveils unveiling released releases releasing introduced ' +
    'introduces introducing announced',
);

export const eventHeads = words(
  'summit conference olympics games cup championship championships festival war revolution expo fair symposium ' +
    'convention tournament election elections marathon awards prix hackathon battle massacre treaty crisis',
);

export const productHeads = words(
  'pro max ultra edition suite os phone tablet platform api sdk mini xl console model engine cloud',
);

/** Short capitals that name no organisation. */
export const plainAcronyms = words(
  'ceo cfo cto coo cmo hr pr it ai ml api sdk gdp vat tv cd dvd dj mc vip faq ok usd eur gbp ad bc am pm id yoy ' +
    'qoq etc pdf html url http https phd md ba ma mba roi kpi sla ii iii iv vi vii viii ix xi xii llc inc dna rna ' +
    'aids hiv atm pin sms gps usb cpu gpu ram lol omg wtf btw imo imho asap fyi lp ep re fm ne nw sw se vs sr jr ' +
    'nb ps diy q1 q2 q3 q4 h1 h2 fy',
);

/** Capitals that name places. */
export const placeAcronyms = words(
  'us usa uk uae ussr eu nyc la dc uk u.s u.k u.s.a u.s.s.r d.c u.s. u.k. u.s.a. d.c. l.a. n.y. s.f. sf ny nj ' +
    'tx fl ca md va nc ga oh',
);

/** May stand inside a name, between capitalised words. */
export const nameParticles = words('de da del della di la le van von der den dos das al el bin ibn ter y e du');

/** May join the head of an organisation or place to what follows: `Bank of England`, `Centre for Policy Studies`. */
export const headJoiners = words('of for');

export const joinableHeads = words(
  'university bank ministry department league institute republic bay gulf strait isle house board office center ' +
    'centre college council society museum academy school church kingdom association federation city state court ' +
    'battle chamber union order sea cape fountain district commonwealth confederation foundation bureau committee ' +
    'commission organization organisation congress parliament party army treaty archdiocese diocese province ' +
    'county corporation company secretary friends knights tower port lake mount isles islands faculty falls ' +
    'institution fund',
);

/** Capitalised at will, but no part of a name. */
export const plainCapitals = words(
  'i the a an this that these those it he she we you they his her its our their my your and or but if in on at ' +
    'of for from to with by as not no yes when where why how what who which while after before since because ' +
    'although though however there here also then thus unless until monday tuesday wednesday thursday friday ' +
    'saturday sunday january february march april may june july august september october november december today ' +
    'tomorrow yesterday god internet web nazi nazis muslims christians jews hindus catholics early late many most ' +
    'some all both each every such please thanks thank hi hello dear regards',
);

/** Part of a name only between other words of it: `Cold Spring Harbor`, but not `Annual Report`. */
export const innerCapitals = words(
  'key first last next recent spring summer autumn winter christmas easter best revenue profit contract partner ' +
    'report highlights total sales customer customers one two three four five six seven eight nine ten chapter ' +
    'section figure table page part volume appendix introduction summary conclusion overview note republican ' +
    'democrat democrats republicans',
);

/** Like nationalities: part of an organisation's name, `Christian Democratic Party`, and of no other. */
export const creedAdjectives = words(
  'christian catholic islamic jewish buddhist hindu muslim protestant british english french',
);

/** Places and events of the news that the lexicon lacks. */
export const knownNames: ReadonlyMap<string, 'Location' | 'Event' | 'Organization'> = new Map([
  ['west bank', 'Location'],
  ['gaza', 'Location'],
  ['gaza strip', 'Location'],
  ['middle east', 'Location'],
  ['far east', 'Location'],
  ['pacific northwest', 'Location'],
  ['world war i', 'Event'],
  ['world war ii', 'Event'],
  ['cold war', 'Event'],
  ['hamas', 'Organization'],
  ['hezbollah', 'Organization'],
  ['european union', 'Organization'],
  ['united nations', 'Organization'],
  ['pentagon', 'Organization'],
  ['white house', 'Organization'],
]);
