/** Who is second to an office does not hold it. */
const held = '(?<!\\b(?:vice|deputy|assistant|vize|sous|vice-|under) ?-?)';
const throne = 'thron\\p{L}*|reign\\p{L}*|monarch\\p{L}*|crowned|coronation|abdicat\\p{L}*';
const home =
  'home|houses?|liv(?:e|es|ed|ing)|resid\\p{L}+|dwell\\p{L}*|settl(?:e|es|ed)|mov(?:e|es|ed|ing)|relocat\\p{L}+|' +
  'wohn\\p{L}*|lebt|leben|zuhause|zog|gezogen|umgezogen|habit\\p{L}*|vi(?:t|vent|vant|ve|ven|vono|vive)|installée?s?|demeur\\p{L}*|' +
  'abit\\p{L}+|trasferit\\p{L}+|mudou|mora|moram|vivía|woon\\p{L}*|woont|verhuis\\p{L}*|domicil\\p{L}*';
const seat =
  'based|base|headquarter\\p{L}*|hq|seat|located|locates|relocat\\p{L}+|mov(?:e|es|ed|ing)|domicil\\p{L}+|registered|(?:head|main|home) offices?|' +
  'home|sitz\\p{L}*|hauptsitz|\\p{L}*zentrale|ansässig\\p{L}*|sièges?|basée?s?|implantée?s?|sede|sedes|basad\\p{L}+|basat\\p{L}+|' +
  'sediad\\p{L}+|sediat\\p{L}+|gevestigd|hoofdkantoor|hoofdkwartier';
const offices =
  'ceo|cfo|cto|coo|cio|cmo|vp|md|chief|executive|head|heads|headed|boss|chair\\p{L}*|president|director|manager|officer|partner|founder|' +
  'co-founder|secretary|treasurer|spokes\\p{L}+|analyst|economist|engineer|scientist|researcher|developer|designer|professor|lecturer|' +
  'teacher|fellow|editor|reporter|journalist|correspondent|columnist|lawyer|attorney|counsel|solicitor|accountant|consultant|advis[eo]r|' +
  'strategist|trader|banker|broker|coach|trainer|captain|player|striker|driver|pilot|nurse|doctor|surgeon|physician|detective|' +
  'agent|clerk|assistant|intern|technician|specialist|expert|architect|librarian|curator|producer|presenter|host|salesman|' +
  'representative|leader|supervisor|controller|auditor|principal|dean|rector|chancellor|chef|mechanic|foreman|guard';
const work =
  'work\\p{L}*|employ\\p{L}*|join\\p{L}*|hir(?:e|es|ed|ing)|recruit\\p{L}*|appoint\\p{L}*|named|staff\\p{L}*|jobs?|serv(?:e|es|ed|ing)|payroll|' +
  'posts?|positions?|roles?|team|teams|colleagues?|career|leads|led|runs|ran|promoted|poached|signed|' +
  'arbeit\\p{L}*|angestellt\\p{L}*|beschäftigt\\p{L}*|mitarbeiter\\p{L}*|leiter\\p{L}*|leitet|\\p{L}*chefin|\\p{L}*chef|vorst\\p{L}+|geschäftsführ\\p{L}+|sprecher\\p{L}*|ingenieur\\p{L}*|wechsel\\p{L}*|' +
  'travail\\p{L}*|employée?s?|salariée?s?|embauch\\p{L}+|rejoin\\p{L}*|directeur|directrice|responsable|porte-parole|ingénieure?|' +
  'trabaj\\p{L}+|emplead\\p{L}+|directora?|ingenier\\p{L}+|portavoz|contratad\\p{L}+|lavor\\p{L}+|dipendente|direttore|direttrice|assunt\\p{L}+|ingegnere|' +
  'trabalh\\p{L}+|funcionári\\p{L}+|empregad\\p{L}+|diretora?|engenheir\\p{L}+|werk\\p{L}*|medewerk\\p{L}+|directeur|woordvoerder';

/**
 * Words that say each relation which a later fact can end, in the languages that stems are known of. Evidence without
 * any of them says it at most between the lines, where nobody can tell it from what a model was talked into.
 */
export const endingWords: Readonly<Record<string, string>> = {
  WORKS_FOR: `(?:${work}|(?:${offices})s?)`,
  LIVES_IN: `(?:${home})`,
  BASED_IN: `(?:${seat})`,
  CAPITAL_OF:
    '(?:capitals?|\\p{L}*hauptst(?:adt|ädte)|capitales?|capitali|capitais|hoofdst(?:ad|eden)|seat of government)',
  CEO_OF:
    `${held}(?:ceo|chief exec\\p{L}*|geschäftsführ\\p{L}*|vorstandsvorsitz\\p{L}*|(?:vorstands|konzern|firmen)chefs?|(?:vorstands|konzern|firmen)chefin|` +
    'p-?dg|(?:directeur|directrice) générale?|director(?:a)? (?:general|ejecutiv[oa])|consejer[oa] delegad[oa]|amministrat(?:ore|rice) delegat[oa]|' +
    'diretora? executiv[oa]|diretora?[ -]geral|presidente executiv[oa]|bestuursvoorzitter|algemeen directeur|topman|topvrouw)',
  CFO_OF:
    `${held}(?:cfo|chief financ\\p{L}*|financ(?:e|ial) (?:chief|director|head)|head of finance|finanz(?:vorst\\p{L}+|chef\\p{L}*|direktor\\p{L}*)|` +
    '(?:directeur|directrice) financi(?:er|ère)|directora? financier[oa]|direttore finanziario|direttrice finanziaria|diretora? financeir[oa]|' +
    'financieel directeur)',
  CTO_OF:
    `${held}(?:cto|chief techn\\p{L}*|techn(?:ology|ical) (?:chief|director|head)|head of technology|technik(?:vorst\\p{L}+|chef\\p{L}*)|technische[rn]? direktor\\p{L}*|` +
    '(?:directeur|directrice) techn\\p{L}+|directora? (?:técnic[oa]|de tecnología)|direttore tecnico|diretora? (?:técnic[oa]|de tecnologia)|technisch directeur)',
  COO_OF:
    `${held}(?:coo|chief operat\\p{L}*|operat(?:ions|ing) (?:chief|director|head|officer)|head of operations|betriebsvorst\\p{L}+|` +
    '(?:directeur|directrice) des opérations|directora? de operaciones|direttore operativo|diretora? de operações|operationeel directeur)',
  CHAIR_OF: `${held}(?:chair\\p{L}*|vorsitz\\p{L}*|\\p{L}*vorsitzend\\p{L}*|aufsichtsratschef\\p{L}*|présid\\p{L}+|presidente|presidenta|presied\\p{L}+|preside|voorzit\\p{L}*)`,
  MANAGING_DIRECTOR_OF:
    `${held}(?:managing (?:director|partner)|md|geschäftsführ\\p{L}*|(?:directeur|directrice) générale?|(?:directeur|directrice) gérante?|gérante?|` +
    'directora? (?:general|gerente)|direttore generale|amministrat(?:ore|rice) delegat[oa]|diretora?[ -]geral|(?:algemeen )?directeur)',
  PRESIDENT_OF: `${held}(?:presid\\p{L}+|présid\\p{L}+|präsident\\p{L}*|\\p{L}*präsident(?:in)?)`,
  PRIME_MINISTER_OF:
    `${held}(?:prime minist\\p{L}+|premier\\p{L}*|pm|\\p{L}*ministerpräsident\\p{L}*|première? ministre|primer[oa]? ministr[oa]|prim[oa] ministr[oa]|` +
    'presidente del (?:consiglio|gobierno)|primeir[oa][ -]ministr[oa]|minister-president)',
  GOVERNOR_OF: `${held}(?:govern[oa]r\\p{L}*|gubernator\\p{L}+|gouverneu\\p{L}+|gobernador\\p{L}*|governat\\p{L}+|governador\\p{L}*)`,
  MAYOR_OF: `${held}(?:mayor\\p{L}*|\\p{L}*bürgermeister\\p{L}*|maire|mairesse|alcald\\p{L}+|sindac[oa]|prefeit[oa]|president[ea] da câmara|burgemeester)`,
  KING_OF: `(?:kings?|kingship|${throne}|königs?|rois?|rey|rei|re d(?:i|el|ella)|koning)`,
  QUEEN_OF: `(?:queens?|${throne}|königin\\p{L}*|reines?|reina|regina|rainha|koningin)`,
};
