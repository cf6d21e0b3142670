import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe } from '@jest/globals';

import { acronymsContract } from './contract/acronyms.contract.js';
import { compensationContract } from './contract/compensation.contract.js';
import { concurrencyContract } from './contract/concurrency.contract.js';
import { Steps, type StoreHarness } from './contract/harness.contract.js';
import { contradictionsContract } from './contract/contradictions.contract.js';
import { namesContract } from './contract/names.contract.js';
import { ownershipContract } from './contract/ownership.contract.js';
import { partsContract } from './contract/parts.contract.js';
import { promotionContract } from './contract/promotion.contract.js';
import { retractionContract } from './contract/retraction.contract.js';
import { sharedEntitiesContract } from './contract/shared-entities.contract.js';
import { spellingsContract } from './contract/spellings.contract.js';

export type { LiveDocument, LiveView, StoreHarness } from './contract/harness.contract.js';

/**
 * The promises of the port, run against every store and the fake. Makes one harness for the suite and takes a fresh
 * namespace for each test.
 */
export function storeWriterContract(
  name: string,
  makeHarness: () => Promise<StoreHarness>,
  { endsFacts = false }: { /** Whether the store derives when facts end. */ readonly endsFacts?: boolean } = {},
): void {
  describe(`${name} keeps the promises of a StoreWriter`, () => {
    let harness: StoreHarness | undefined;
    const current = (): StoreHarness => {
      if (harness === undefined) throw new Error('the harness is made before the first test');
      return harness;
    };
    const steps = new Steps(current);
    const freshNamespace = (): string => `contract-${randomUUID()}`;

    beforeAll(async () => {
      harness = await makeHarness();
      await harness.writer.prepare();
    });

    afterAll(async () => {
      await harness?.writer.close();
      await harness?.close();
    });

    promotionContract(steps, freshNamespace);
    compensationContract(steps, freshNamespace);
    retractionContract(steps, freshNamespace);
    sharedEntitiesContract(steps, freshNamespace);
    spellingsContract(steps, freshNamespace);
    acronymsContract(steps, freshNamespace);
    if (endsFacts) contradictionsContract(steps, freshNamespace);
    partsContract(steps, freshNamespace);
    namesContract(steps, freshNamespace);
    ownershipContract(steps, freshNamespace);
    concurrencyContract(steps, freshNamespace, () => current().zombiesMaySlipThrough ?? false);
  });
}
