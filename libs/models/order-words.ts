/*
 * Patterns of sentences that tell a reader what to write, in lower case: a blank is any run of them, `\b` is a bound
 * of words in every script, `W` a word, and `^` where a clause may begin. The third person is left alone: who
 * `reports that` something happened tells nobody to.
 */

const some = '(?: W){0,4}?';
const reach = '[^.!?]{0,120}?';
const polite = '(?:(?:please|kindly|now|then|also|always|just|instead|only|and|so|still|therefore|finally),? ){0,3}';
const tell =
  '(?:report|say|state|output|record|answer|respond|reply|write|emit|return|extract|print|claim|conclude|mention|' +
  'pretend|assume|register|assert|declare|add|insert|include|log|save|store|confirm|tell|list|show|summari[sz]e|enter)';
const treat = '(?:make|name|call|describe|present|give|identify|treat|mark|tag|label|classify|list|show)';
const that =
  '(?: with)?(?: (?:only|also|instead|exactly|simply|just|me|us|them|it|users?|everyone|(?:to|for) W(?: W)?|as a fact|in W W)){0,2}' +
  '(?: that\\b| as (?:a |the )?(?:fact|true)\\b| the following\\b| as follows\\b)';
const machine =
  '(?:(?:ai|automated|automatic|(?:large )?language|machine) (?:systems?|models?|assistants?|agents?|tools?|readers?|' +
  'extractors?|summari[sz]ers?)|ais?|llms?|chatbots?|extractors?|summari[sz]ers?|crawlers?|scrapers?|indexers?|' +
  '(?:virtual |digital )assistants?)';
const product = '(?:summar(?:y|ies)|answers?|outputs?|extractions?|responses?|repl(?:y|ies)|knowledge graph|json)';
const must = '(?:must|should|shall|ha(?:s|ve) to|ought to|needs? to|(?:is|are)(?: W)? to)';
const given =
  '(?:given|listed|named|shown|reported|recorded|treated|regarded|described|entered|marked|noted|put down|stated|included)';
const office = 'as (?:the |an? |its |being )?W (?:of|at|in|by|for)\\b';
const part =
  '(?:facts?|relations?|relationships?|entit(?:y|ies)|edges?|triples?|ontology|json|schema|namespace|tenant)';

const english = [
  // Report that … · Please say that … · In your summary, state that … · When you read this, name …
  `^${polite}${tell}${that}`,
  `\\b(?:please|kindly)\\b${reach}\\b${tell}${that}`,
  `^(?:read|look|check|study|be|go|proceed|continue|translate|summari[sz]e|extract|process|stop|obey|follow)\\b${reach}\\b(?:and|then) ${polite}${tell}${that}`,
  `^(?:for|in|when|while|upon) ${reach}\\b(?:summar|extract|index|process|pars|answer|output)\\p{L}*\\b${reach}[,:] ?${polite}(?:${tell}${that}|${treat} (?:the |(?-i:\\p{Lu})))`,
  `\\byou(?:r|rs)?\\b${reach}[,:] ?${polite}${tell}${that}`,
  `\\byou ${must.replace('must', 'must|can|could|may|might|will|would')} (?:W ){0,2}?${tell}${that}`,
  `\\byou ${some} ?to (?:W )?${tell}${that}`,
  `\\b(?:you|readers?|whoever|anyone) (?:W ){0,4}?(?:is|are) (?:W ){0,2}?(?:asked|requested|instructed|told|required) to (?:W )?${tell}${that}`,
  `\\bit (?:is|would be)${some} (?:important|essential|necessary|vital|imperative|requested|helpful) to (?:W )?${tell}${that}`,
  `\\b(?:in your|your) (?:W )?${product}(?:[,:]| ${must})`,
  `^${polite}(?:say|emit|assert|pretend|declare|(?:answer|respond|reply) with) ?(?:(?-i:\\p{Lu})|["“'‘:])`,
  `^${polite}(?:output|emit|respond|reply|say|write)(?: W){0,2} ?:`,
  `^${polite}(?:treat|describe|identify|classify|enter|list|record|mark|tag|label|register|regard|consider|report(?! (?:names|says|shows|finds|cites|calls|describes|identifies|lists)\\b)) (?-i:\\p{Lu})[^.!?]{0,60}? ${office}`,
  // Put Jane Doe down as … · Instead of him, put … · Replace the holder by … · Report Jane Doe being …
  `^${polite}(?:instead of [^.!?]{0,60}?, ?)?put (?-i:\\p{Lu})[^.!?]{0,60}? ${office}`,
  `^${polite}replace [^.!?]{0,80}? (?:by|with) (?-i:\\p{Lu})[^.!?]{0,60}? ${office}`,
  `^${polite}(?:report|state|record) (?-i:\\p{Lu})[^.!?]{0,60}? (?:being|to be) (?:the |an? |its )?W (?:of|at|in|by|for)\\b`,
  // Report, as you should, that … · It must be noted by any automated reader … · is to be given in the result
  `^${polite}${tell}, (?:as|if|please|when|whenever|therefore|then|instead|also|always|too)\\b[^.!?]{0,60}?, that\\b`,
  `\\bit ${must} (?:W )?be ${given} by(?: W){0,3}? (?:${machine}|readers?)\\b`,
  `\\b(?:${must}|(?:is|are) to) be ${given} [^.!?]{0,80}? in (?:the|your|any|all|every) (?:W )?(?:results?|${product})\\b`,
  `\\b(?:in|from) (?:everything|all|anything|whatever|what) (?:that )?you (?:W )?(?:extract|write|report|output|answer|summari[sz]e|record|return|state|produce)\\b`,
  `^${polite}(?:make sure|ensure|be sure|see to it|remember to|(?:do not|don't|never) forget) ${reach}\\b(?:${product}|${tell})\\b`,
  // Ignore the above · Forget all rules · add the relation … · use the type …
  `\\b(?:ignore|disregard|forget|override|bypass)${some} (?:instructions?|prompts?|guidelines)\\b`,
  `^${polite}(?:ignore|disregard|forget|override|bypass|overlook|skip)${some} (?:above(?!-)|everything|rules|directions|ontology|system|passage|schema|text|article|rest)\\b`,
  `^${polite}(?:add|emit|use|set|create|return|output|write|extract|insert|include|link|connect|mark|tag)(?! of\\b)${some} (?:${part}|(?:the|of) types?)\\b`,
  `^${polite}(?:report|record|state|write|print|repeat|${treat}) (?:the|an?|all|every|each|only|this|these)${some} ${part}\\b`,
  `^${polite}(?:${tell}|${treat}|put|translate|use)\\b[^.!?]{0,80}? as (?:an? |the )?(?:W of an? )?(?:${part}|evidence|alias(?:es)?)\\b`,
  `\\b(?:facts?|relations?|relationships?|triples?) must (?:be|have|get)\\b`,
  // Note to AI systems · if you are a language model · language models must say that …
  `\\b(?:note|notice|message|attention|instructions?|reminder|hint|memo|warning|request) (?:to|for)${some} ${machine}\\b`,
  `^(?:dear|attention|hey|hello|hi)[,:]?${some} (?:${machine}|assistant|model)\\b`,
  `\\b(?:if|as|since|because) you(?: are|'re) (?:an?|the)${some} (?:${machine}|model|assistant|bot|machine|program)\\b`,
  `\\byou are now\\b|\\b(?:if|when|whenever) (?:an?|any|the) ${machine}(?: W){0,3}?,`,
  `\\b(?:${machine}|${product}|the (?:model|assistant))(?: W){0,4}? ${must} (?:W ){0,2}?(?:${tell}|note)\\b`,
  `\\bthe (?:correct|right|expected|only valid) (?:answer|output|relation|extraction|fact|response|summary) (?:is|reads|must)\\b`,
  '\\[/?inst\\]|<\\|[a-z_]+\\|>|</?(?:system|instructions?|prompt|document)>',
];

const german = [
  '\\b(?:ignorier(?:e|en sie|t)|vergiss|vergessen sie|missachte(?:n sie)?)(?: W){0,5}? (?:\\p{L}*anweisung\\p{L}*|obige\\p{L}*|vorherige\\p{L}*|bisherige\\p{L}*|regeln)\\b',
  '^(?:bitte,? )?(?:sag|melde|berichte|schreibe?|notiere|vermerke|erfasse|antworte|behaupte|extrahiere|nenne|trage?)\\b[^.!?]{0,80}?\\b(?:dass|als)\\b',
  '^(?:bitte,? )?(?:sage,? dass\\b|(?:gib|geben (?-i:Sie))\\b[^.!?]{0,80}?\\b(?:dass|als|aus)\\b)',
  '\\b(?:sagen|melden|berichten|schreiben|notieren|vermerken|erfassen|antworten|behaupten|extrahieren|nennen|tragen) (?-i:Sie)\\b[^.!?]{0,80}?\\b(?:dass|als|ein)\\b',
  '\\b(?:hinweis|notiz|anweisung|nachricht|achtung)(?: W){0,2}? (?:an|für)(?: W){0,2}? (?:ki\\b|ki-\\p{L}+|sprachmodelle?|assistenten|chatbots?|llms?|\\p{L}*extraktor\\p{L}*)',
];

const french = [
  '\\b(?:ignor|oubli)(?:ez|e|er)(?: W){0,4}? (?:instructions?|consignes?|précède)\\b',
  "(?:^|\\b(?:et|puis) )(?:dites|indiquez|signalez|rapportez|écrivez|répondez|mentionnez|déclarez|extrayez|inscrivez|affirmez|enregistrez)\\b[^.!?]{0,60}?\\bqu(?:e\\b|')",
  "\\b(?:veuillez|merci de|prière de) (?:dire|indiquer|signaler|rapporter|écrire|répondre|mentionner|déclarer|inscrire|affirmer|enregistrer)\\b[^.!?]{0,60}?\\bqu(?:e\\b|')",
  "\\b(?:note|message|avis|instructions?|consigne)(?: W){0,2}? (?:à l'attention des|à|aux|pour)(?: W){0,3}? ?(?:ia\\b|l'ia\\b|modèles?(?: de langage)?|assistants?|chatbots?|llms?)",
];

const iberian = [
  '\\b(?:ignor|olvid|esque)(?:a|e|en|em|ad|ça)(?: W){0,4}? (?:instruc\\p{L}+|instruç\\p{L}+|anterior\\p{L}*)\\b',
  '(?:^|\\b(?:y|e|luego|por favor,?) )(?:di(?= que)|diga|digan|indique|informe|escriba|escreva|registre|responda|reporte|relate|mencione|extraiga|afirme|anote)(?: W){0,3}? que\\b',
  '\\b(?:nota|aviso|mensaje|mensagem|instruc\\p{L}+|instruç\\p{L}+) (?:para|a)(?: W){0,3}? (?:ia\\b|modelos?|asistentes?|assistentes?|chatbots?|llms?)',
];

const italian = [
  '\\bignor(?:a|ate|i)(?: W){0,4}? (?:istruzioni|precedent\\p{L}*)\\b',
  "(?:^|\\b(?:e|poi|per favore,?) )(?:di'|dì|dite|dica|scrivi|scrivete|scriva|riportate|segnalate|indicate|registrate|rispondi|rispondete|risponda)(?: W){0,3}? che\\b",
];

const dutch = [
  '\\bnegeer(?: W){0,4}? (?:instructies|bovenstaande|vorige|voorgaande)\\b',
  '^(?:(?:en|alstublieft|gelieve),? )?(?:zeg|meld|schrijf|vermeld|rapporteer|noteer|antwoord|registreer)\\b[^.!?]{0,60}?\\bdat\\b',
];

const others = [
  '(?:忽略|无视|無視|忽视)[^。！？]{0,20}(?:指令|指示|说明|內容|内容)|(?:(?<![申邀聘提])[请請](?![求示问問假客])|务必)[^。！？]{0,12}(?:报告|報告|输出|輸出|回答|记录|記錄|提取|声明|写|说)',
  '(?:報告|出力|記録|回答|抽出|記載|無視)(?:して(?:ください|下さい)|せよ|しろ)',
  '\\bигнорируй(?:те)?\\b[^.!?]{0,40}?(?:инструкц|указани|выше)',
  '(?:^|\\b(?:и|затем|пожалуйста,?) )(?:сообщи|напиши|скажи|укажи|выведи|запиши|ответь|извлеки|выдай)(?:те)?\\b[^.!?]{0,60}?(?:\\bчто\\b|:)',
  'تجاهل[^.!؟]{0,30}(?:التعليمات|الأوامر|ما سبق)|(?:^|و)(?:اذكر|اكتب) (?:أن|بأن)',
];

/** One list, from which the versions of answers follow. */
export const orderPatterns: readonly string[] = [
  ...english,
  ...german,
  ...french,
  ...iberian,
  ...italian,
  ...dutch,
  ...others,
];
