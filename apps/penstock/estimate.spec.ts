import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';

import { OpenAiRig } from '../../libs/models/openai/openai-rig.contract.js';
import { OpenAiServer } from '../../test/openai/index.js';
import { estimateCost, type ModelEstimate } from './estimate-cost.js';
import { expandArguments } from './expand-arguments.js';
import { readHere } from './read-here.js';

const openAi = { PENSTOCK_EXTRACTION_PROVIDER: 'openai', PENSTOCK_EMBEDDING_PROVIDER: 'openai' };
const story = 'Jane Doe is CEO of Globex Corporation. Globex Corporation acquired Initech Ltd.';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-estimate-'));
  await writeFile(join(folder, 'one.md'), `# One\n\n${story}\n\n## Two\n\n${story.repeat(30)}`);
  await writeFile(join(folder, 'same.md'), `# One\n\n${story}\n\n## Two\n\n${story.repeat(30)}`);
  await writeFile(join(folder, 'empty.txt'), '   ');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('penstock estimate', () => {
  it('counts what would be sent, each distinct text once, and says what could not be read', async () => {
    const config = loadConfig(openAi);
    const { read, unread } = await readHere(config, (await expandArguments([folder])).items);
    const [alone] = read;
    if (alone === undefined) throw new Error('nothing was read');

    const both = await estimateCost(config, read);

    expect(read).toHaveLength(2);
    expect(unread).toMatchObject([
      { documentId: expect.stringMatching(/empty\.txt$/), reason: expect.stringMatching(/no text/) },
    ]);
    expect(both[0]).toEqual((await estimateCost(config, [alone]))[0]);
    expect(both[0]).toMatchObject({ model: 'openai/gpt-4.1-mini', calls: alone.passages.length });
    expect(both.every(({ usd }) => (usd ?? 0) > 0)).toBe(true);
  });

  it('is near what the prompts are then charged for', async () => {
    const server = await OpenAiServer.start();
    const config = loadConfig(openAi);
    const { read } = await readHere(config, (await expandArguments([join(folder, 'one.md')])).items);
    const rig = new OpenAiRig(server);

    await rig.extraction().extract(read[0]?.passages ?? [], { signal: new AbortController().signal });
    await server.close();

    const charged = rig.book.calls.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
    const [estimated] = await estimateCost(config, read);
    expect(rig.book.calls).toHaveLength(estimated?.calls ?? -1);
    expect((estimated?.promptTokens ?? 0) / charged).toBeGreaterThan(0.85);
    expect((estimated?.promptTokens ?? 0) / charged).toBeLessThan(1.15);
  });

  it('reckons with the ontology of the settings: with its words in the prompt, and with what is found of it', async () => {
    const { read } = await readHere(loadConfig(openAi), (await expandArguments([join(folder, 'one.md')])).items);
    const many = Array.from({ length: 200 }, (_, at) => `Sort${at}`).join(',');
    const extractionWith = async (types: string): Promise<ModelEstimate | undefined> =>
      (await estimateCost(loadConfig({ ...openAi, PENSTOCK_ENTITY_TYPES: types }), read))[0];

    const [both, more, fewer] = await Promise.all(
      ['Person,Organization', `Person,Organization,${many}`, 'Person'].map(extractionWith),
    );

    expect(more?.promptTokens).toBeGreaterThan(2 * (both?.promptTokens ?? Infinity));
    expect(more?.completionTokens).toBe(both?.completionTokens);
    expect(fewer?.completionTokens).toBeLessThan(both?.completionTokens ?? 0);
  });

  it('knows that this machine costs nothing, and does not know the price of every model', async () => {
    const { read } = await readHere(loadConfig({}), (await expandArguments([join(folder, 'one.md')])).items);

    const local = await estimateCost(loadConfig({}), read);
    const other = await estimateCost(loadConfig({ ...openAi, PENSTOCK_OPENAI_NAME: 'vllm' }), read);

    expect(local.map(({ usd, calls }) => [usd, calls])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(other.map(({ usd }) => usd)).toEqual([null, null]);
  });
});
