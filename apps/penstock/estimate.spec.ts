import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import { EmbedOnce, embeddingBatches, ExtractOnce, MemoryAnswerStore, type Batch } from '#models';
import { textsToEmbed } from '#pipeline/embedder';

import { OpenAiRig } from '../../libs/models/openai/openai-rig.contract.js';
import { OpenAiServer } from '../../test/openai/index.js';
import { estimateCost } from './estimate-cost.js';
import { expandArguments } from './expand-arguments.js';
import { totalUsd, type ModelEstimate } from './model-estimate.js';
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

    const { models: both } = await estimateCost(config, read);

    expect(read).toHaveLength(2);
    expect(unread).toMatchObject([
      { documentId: expect.stringMatching(/empty\.txt$/), reason: expect.stringMatching(/no text/) },
    ]);
    expect(both[0]).toEqual((await estimateCost(config, [alone])).models[0]);
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
    const [estimated] = (await estimateCost(config, read)).models;
    expect(rig.book.calls).toHaveLength(estimated?.calls ?? -1);
    expect((estimated?.promptTokens ?? 0) / charged).toBeGreaterThan(0.85);
    expect((estimated?.promptTokens ?? 0) / charged).toBeLessThan(1.15);
  });

  it('counts a clause that two documents share once, under whatever titles, as the model is asked about it once', async () => {
    const shared = join(folder, 'shared');
    await mkdir(shared);
    for (const title of ['Lease', 'Licence']) {
      await writeFile(join(shared, `${title}.md`), `# ${title}\n\nOnly here.\n\n## Parties\n\n${story}`);
    }
    const { read } = await readHere(loadConfig(openAi), (await expandArguments([shared])).items);
    const server = await OpenAiServer.start();
    const once = new ExtractOnce(new OpenAiRig(server).extraction(), new MemoryAnswerStore());

    for (const { passages } of read) await once.extract(passages, { signal: new AbortController().signal });
    await server.close();

    const clauses = server.chats.filter(({ passage }) => passage.includes(story));
    expect(read.flatMap(({ passages }) => passages)).toHaveLength(4);
    expect([clauses.length, server.chats.length]).toEqual([1, 3]);
    expect((await estimateCost(loadConfig(openAi), read)).models[0]?.calls).toBe(3);
  });

  it('counts calls for vectors as the embedder makes them: part by part, in batches, only for what has no vector', async () => {
    const batch = { tokensMax: 150, textsMax: 2048 };
    const small = { PENSTOCK_CHUNK_TOKENS: '40', PENSTOCK_CHUNK_OVERLAP_TOKENS: '0', PENSTOCK_PART_CHUNKS_MAX: '4' };
    const config = loadConfig({ ...openAi, ...small, PENSTOCK_OPENAI_BATCH_TOKENS: '150' });
    const long = join(folder, 'long');
    await mkdir(long);
    const notes = Array.from({ length: 60 }, (_, at) => `Note ${at} says that Globex Corporation knows Initech Ltd.`);
    await writeFile(join(long, 'all.txt'), notes.join('\n\n'));
    await writeFile(join(long, 'first.txt'), notes.slice(0, 40).join('\n\n'));
    const { read } = await readHere(config, (await expandArguments([long])).items);
    const server = await OpenAiServer.start();
    const rig = new OpenAiRig(server);
    const batchesOf = <T>(items: readonly T[], textOf: (item: T) => string): Batch<T>[] =>
      embeddingBatches(items, textOf, batch);
    const how = { batchesOf, parallel: 1, sliceMs: Infinity };
    const once = new EmbedOnce(rig.embedding({ batch }), new MemoryAnswerStore(), how);

    for (const { title, parts } of read) {
      for (const [at, chunks] of parts.entries()) {
        await once.embed(textsToEmbed({ title, chunks, part: at + 1 }), { signal: new AbortController().signal });
      }
    }
    await server.close();

    const promptTokens = rig.book.calls.reduce((sum, call) => sum + call.promptTokens, 0);
    const { models } = await estimateCost(config, read);
    expect(read.every(({ parts }) => parts.length > 2)).toBe(true);
    expect(models[1]).toMatchObject({ purpose: 'embedding', calls: server.embeddings.length, promptTokens });
  });

  it('reckons with the ontology of the settings: with its words in the prompt, and with what is found of it', async () => {
    const { read } = await readHere(loadConfig(openAi), (await expandArguments([join(folder, 'one.md')])).items);
    const many = Array.from({ length: 200 }, (_, at) => `Sort${at}`).join(',');
    const extractionWith = async (types: string): Promise<ModelEstimate | undefined> =>
      (await estimateCost(loadConfig({ ...openAi, PENSTOCK_ENTITY_TYPES: types }), read)).models[0];

    const [both, more, fewer] = await Promise.all(
      ['Person,Organization', `Person,Organization,${many}`, 'Person'].map(extractionWith),
    );

    expect(more?.promptTokens).toBeGreaterThan(2 * (both?.promptTokens ?? Infinity));
    expect(more?.completionTokens).toBe(both?.completionTokens);
    expect(fewer?.completionTokens).toBeLessThan(both?.completionTokens ?? 0);
  });

  it('says what may come besides: names in doubt, and a repair that sends each question again, with a bad answer', async () => {
    const two = join(folder, 'doubt');
    await mkdir(two);
    await writeFile(join(two, 'long.txt'), 'Robert Miller is CEO of Globex Corporation.');
    await writeFile(join(two, 'short.txt'), 'Rob Miller is CEO of Initech Ltd.');
    const { read } = await readHere(loadConfig(openAi), (await expandArguments([two])).items);

    const { models, possible } = await estimateCost(loadConfig(openAi), read);

    const [asked] = models;
    const [identity, repair] = possible;
    expect(possible).toMatchObject([
      { model: asked?.model, purpose: 'identity', calls: 1 },
      { model: asked?.model, purpose: 'repair', calls: 2, completionTokens: asked?.completionTokens },
    ]);
    expect(identity?.usd).toBeGreaterThan(0);
    expect(repair?.promptTokens).toBeGreaterThan((asked?.promptTokens ?? 0) + (asked?.completionTokens ?? 0));
    expect(totalUsd([...models, ...possible])).toBeGreaterThan(totalUsd(models) ?? Infinity);
  });

  it('knows that this machine costs nothing, and does not know the price of every model', async () => {
    const { read } = await readHere(loadConfig({}), (await expandArguments([join(folder, 'one.md')])).items);

    const local = await estimateCost(loadConfig({}), read);
    const other = await estimateCost(loadConfig({ ...openAi, PENSTOCK_OPENAI_NAME: 'vllm' }), read);

    expect(local.models.map(({ usd, calls }) => [usd, calls])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(local.possible).toEqual([]);
    expect([...other.models, ...other.possible].map(({ usd }) => usd)).toEqual([null, null, null, null]);
  });
});
