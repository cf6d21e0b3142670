import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Driver, Plan } from 'neo4j-driver';

import { testStack } from '../../../test/services/addresses.js';
import * as aliases from './alias-statements.js';
import * as cypher from './cypher.js';
import * as facts from './fact-statements.js';
import { closeContradicted } from './fact-times.js';
import * as families from './family-statements.js';
import { given } from './given.js';
import { createNeo4jDriver, Neo4jStoreWriter } from './index.js';

const { closeAliases, ...linking } = aliases;
const statements = {
  ...cypher,
  ...linking,
  ...facts,
  ...families,
  closeContradicted,
  closeAliases: closeAliases(['Person']),
};

function operatorsOf({ operatorType, children }: Plan): string[] {
  return [operatorType, ...children.flatMap(operatorsOf)];
}

describe('a plan that is kept while the graph grows', () => {
  let driver: Driver;

  beforeAll(async () => {
    driver = createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'penstock' });
    await new Neo4jStoreWriter(driver).prepare();
  });

  afterAll(() => driver.close());

  it.each(Object.entries(statements))('%s begins at keys that have an index', async (_, statement) => {
    const { summary } = await driver.executeQuery(`EXPLAIN ${statement}`, given({}), { database: 'neo4j' });
    const operators = summary.plan ? operatorsOf(summary.plan) : [];

    expect(operators.filter((name) => name.includes('Seek'))).not.toEqual([]);
    expect(operators.filter((name) => /Scan/u.test(name))).toEqual([]);
  });
});
