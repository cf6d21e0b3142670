/** Addresses of the services that the e2e tests use; `test/services/start.mjs` started them. */
export interface TestStack {
  readonly kafka: string;
  readonly registry: string;
  readonly postgres: string;
  readonly neo4j: string;
  readonly qdrant: string;
  readonly redis: string;
}

export function testStack(): TestStack {
  const addresses = process.env['PENSTOCK_TEST_STACK'];
  if (addresses === undefined) throw new Error('e2e tests need the services of test/services/start.mjs');
  return JSON.parse(addresses) as TestStack;
}
