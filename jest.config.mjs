/** Four kinds of tests by suffix: pure specs, contracts and faults on fakes, and e2e on real services. */
const swc = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2024',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        keepClassNames: true,
      },
      module: { type: 'nodenext' },
      swcrc: false,
      sourceMaps: 'inline',
    },
  ],
};
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: swc,
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // These packages offer their TypeScript under the condition that ours is found by.
    '^eventsource$': '<rootDir>/node_modules/eventsource/dist/index.js',
    '^eventsource-parser$': '<rootDir>/node_modules/eventsource-parser/dist/index.js',
    '^eventsource-parser/stream$': '<rootDir>/node_modules/eventsource-parser/dist/stream.js',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  setupFiles: ['reflect-metadata'],
};
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,stack,test}/**/*.{spec,faults}.ts'] },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/{apps,libs,stack,test}/**/*.e2e.ts'],
      globalSetup: '<rootDir>/test/services/start.mjs',
      globalTeardown: '<rootDir>/test/services/stop.mjs',
    },
  ],
  testSequencer: '<rootDir>/test/sequencer.mjs',
  // Tests wait for conditions; a busy machine is no failure.
  testTimeout: 180_000,
};
