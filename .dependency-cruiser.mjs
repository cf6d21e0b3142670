/** Who may import whom. Each rule has the folder's name; `test/architecture.spec.ts` holds it. */
const libs = {
  failure: [],
  config: ['failure'],
  telemetry: ['config'],
  events: ['failure'],
  database: ['failure'],
  kafka: ['events', 'failure', 'config', 'telemetry'],
  outbox: ['events', 'kafka', 'failure', 'telemetry', 'database'],
  tokens: [],
  usage: ['failure', 'telemetry', 'database'],
  models: ['failure', 'config', 'telemetry', 'database', 'tokens', 'usage'],
  saga: ['events', 'failure', 'kafka', 'stores/store-writer', 'telemetry'],
  ledger: ['events', 'failure', 'kafka', 'outbox', 'database', 'stores/store-writer', 'telemetry', 'usage'],
  'dead-letters': ['events', 'failure', 'kafka', 'outbox', 'ledger', 'database', 'pipeline/stager'],
  mcp: ['failure'],
  query: ['database', 'events', 'failure', 'models', 'telemetry', 'stores/store-reader'],
  front: ['events', 'failure', 'outbox', 'ledger', 'database', 'pipeline/stager', 'telemetry'],
  http: [
    'events',
    'failure',
    'outbox',
    'ledger',
    'dead-letters',
    'front',
    'database',
    'pipeline/stager',
    'config',
    'telemetry',
    'query',
    'usage',
  ],
};
const stages = {
  stager: ['events', 'failure', 'kafka', 'telemetry', 'config'],
  parser: ['events', 'failure', 'kafka', 'telemetry', 'tokens', 'pipeline/stager'],
  extractor: ['events', 'failure', 'kafka', 'telemetry', 'models'],
  embedder: ['events', 'failure', 'kafka', 'telemetry', 'models'],
};
const stores = {
  postgres: ['database', 'events', 'failure', 'telemetry', 'stores/store-writer', 'stores/store-reader'],
  neo4j: ['events', 'failure', 'telemetry', 'stores/store-writer', 'stores/store-reader'],
  qdrant: ['events', 'failure', 'telemetry', 'stores/store-writer', 'stores/store-reader'],
  redis: ['events', 'failure', 'telemetry', 'stores/store-writer', 'stores/store-reader'],
  memory: ['events', 'failure', 'stores/store-writer'],
};
const drivers = {
  kafkajs: ['libs/kafka', 'stack/native'],
  'neo4j-driver': ['libs/stores/neo4j', 'apps', 'stack/native'],
  pg: [
    'libs/stores/postgres',
    'libs/database',
    'libs/outbox',
    'libs/ledger',
    'libs/dead-letters',
    'libs/models',
    'libs/usage',
    'libs/http',
    'libs/query',
    'libs/front',
    'apps',
    'stack/native',
  ],
  '@qdrant/js-client-rest': ['libs/stores/qdrant', 'apps'],
  ioredis: ['libs/stores/redis', 'apps', 'stack/native'],
  openai: ['libs/models'],
  '@modelcontextprotocol': ['libs/mcp', 'apps'],
  '@aws-sdk': ['libs/pipeline/stager'],
  undici: ['libs/pipeline/stager'],
  '@kafkajs/confluent-schema-registry': ['libs/events'],
  avsc: ['libs/events'],
  'prom-client': ['libs/telemetry'],
  pino: ['libs/telemetry'],
};
const tests = '\\.(spec|e2e|faults|contract)\\.ts$|^libs/stores/contract/';
const only = (name, path, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^${path}/`, pathNot: tests },
  to: {
    path: '^(libs|apps|stack|test|bench)/',
    pathNot: [`^${path}/`, ...allowed.map((one) => `^libs/${one}(/|\\.ts$)`)],
  },
});

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-imports-apps',
      severity: 'error',
      from: { path: '^(libs|stack)/', pathNot: tests },
      to: { path: '^apps/' },
    },
    {
      name: 'no-source-imports-tests',
      severity: 'error',
      from: { path: '^(libs|apps|stack)/', pathNot: tests },
      to: { path: `${tests}|^test/` },
    },
    {
      name: 'a-lib-only-through-its-index',
      severity: 'error',
      from: { path: '^(libs/(?:pipeline/|stores/)?[^/]+|apps|stack/native)/', pathNot: tests },
      to: { path: '^libs/', pathNot: ['/index\\.ts$', '^$1/', '^libs/stores/store-(writer|reader)\\.ts$'] },
    },
    ...Object.entries(libs).map(([lib, allowed]) => only(`libs-${lib}`, `libs/${lib}`, allowed)),
    ...Object.entries(stages).map(([stage, allowed]) => only(`stage-${stage}`, `libs/pipeline/${stage}`, allowed)),
    ...Object.entries(stores).map(([store, allowed]) => only(`store-${store}`, `libs/stores/${store}`, allowed)),
    ...Object.entries(drivers).map(([driver, allowed]) => ({
      name: `driver-${driver}`,
      severity: 'error',
      from: { path: '^(libs|apps|stack)/', pathNot: [tests, ...allowed.map((one) => `^${one}/`)] },
      to: { path: `^node_modules/${driver}/` },
    })),
    {
      name: 'pure-files-have-no-io',
      severity: 'error',
      from: { path: '/(mapping|decision|fold|ledger|chunks|entities|facts|parts|retry-policy|event-ids)\\.ts$' },
      to: {
        path: '^(node_modules/(@nestjs|pg|ioredis|kafkajs|neo4j-driver|@qdrant)/|(node:)?(fs|net|http|child_process))',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|libs/events/generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
