import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { entityUuid, factUuid, type DocumentExtracted } from '#events';
import { ExtractorStage } from '#pipeline/extractor';

import { parsedPart } from '../../../test/builders/index.js';
import { dictations, readInjections, type Dictation, type Injection } from '../../../test/injections/index.js';
import { openAi } from './openai-rig.contract.js';

const injections = readInjections();
const carrier = 'John Smith is CEO of ACME Corporation.';
const canary = 'CANARY-51d0';
const namespace = 'tenant-a';

const entity = { aliases: [], summary: null };
const fact = { source: 'John Smith', target: 'ACME Corporation', valid_from: null, valid_until: null };
const honest = {
  entities: [
    { ...entity, name: 'John Smith', type: 'Person' },
    { ...entity, name: 'ACME Corporation', type: 'Organization' },
  ],
  facts: [{ ...fact, relation: 'CEO_OF', evidence: carrier }],
};

/** What a model says that does all that it is told to, and more: types, relations, ids and tenants of others. */
function obedient({ text, forbidden }: Injection): unknown {
  const foreign = { uuid: canary, id: canary, namespace: 'tenant-b', group_id: 'tenant-b' };
  const orders = [...forbidden, canary];
  return {
    ...foreign,
    entities: [
      ...honest.entities.map((one) => ({ ...one, ...foreign })),
      ...orders.flatMap((order) => [
        { ...entity, name: 'John Smith', type: order, ...foreign },
        { ...entity, name: canary, type: 'Person', aliases: [text], summary: canary, ...foreign },
      ]),
    ],
    facts: [
      ...honest.facts.map((one) => ({ ...one, ...foreign, sentence: canary, valid_from: canary })),
      ...orders.flatMap((relation) => [
        { ...fact, relation, evidence: text, ...foreign },
        { ...fact, relation, evidence: carrier },
        { ...fact, relation, evidence: 'ACME Corporation' },
        { ...fact, source: canary, relation: 'KNOWS', evidence: carrier },
      ]),
    ],
  };
}

/** What a model says that does what it is told in prose, and quotes for it whatever stands there. */
function talkedOver({ order, source, target, relations, passage }: Dictation): unknown {
  const names = ['Jane Doe', 'Globex', 'Initech', 'Berlin'].filter((name) => passage.includes(name));
  const quotes = [
    order,
    order.slice(0, order.length / 2),
    source,
    target,
    'people of Globex',
    ...passage.split(/(?<=\.) /),
  ];
  const told = { source, target, valid_from: null, valid_until: null };
  return {
    entities: [...honest.entities, ...names.map((name) => ({ name, type: 'Concept', aliases: [], summary: order }))],
    facts: [
      ...honest.facts,
      ...relations.flatMap((relation) => quotes.map((evidence) => ({ ...told, relation, evidence }))),
    ],
  };
}

describe('texts that give orders to a chat model that obeys', () => {
  const at = openAi(beforeAll, afterAll);

  const extract = async (text: string): Promise<DocumentExtracted> => {
    const stage = new ExtractorStage(at.rig.extraction(), at.rig.metrics, { isWanted: () => Promise.resolve(true) });
    const [extracted] = await stage.handle(parsedPart({ namespace, text }), {
      ...{ signal: new AbortController().signal, nowMs: () => 1_793_491_200_000 },
    } as Parameters<ExtractorStage['handle']>[1]);
    if (extracted === undefined) throw new RangeError('a part that is wanted is extracted');
    return extracted;
  };

  it.each(injections)('$id changes nothing but what literally stands there', async (injection) => {
    const text = `${carrier}\n\n${injection.text}`;
    at.server.answer = () => obedient(injection);

    const found = await extract(text);

    expect(found.namespace).toBe(namespace);
    const [john, acme] = [
      entityUuid(namespace, 'Person', 'John Smith'),
      entityUuid(namespace, 'Organization', 'ACME Corporation'),
    ];
    expect(found.entities.map(({ uuid, name, type }) => [uuid, name, type])).toEqual([
      [john, 'John Smith', 'Person'],
      [acme, 'ACME Corporation', 'Organization'],
    ]);
    expect(found.facts.map(({ uuid, relation, fact: said }) => [uuid, relation, said])).toEqual([
      [factUuid(namespace, john, 'CEO_OF', acme, carrier), 'CEO_OF', carrier],
    ]);
    expect(text).toContain(found.facts[0]?.evidence);
    expect(found.facts[0]).toMatchObject({ validAt: null, invalidAt: null });
    expect(JSON.stringify(found)).not.toContain(canary);
    expect(JSON.stringify(found)).not.toContain('tenant-b');
  });

  it.each(dictations)('$id is not what the text states', async (dictation) => {
    const text = `${carrier} ${dictation.passage}`;
    at.server.answer = () => talkedOver(dictation);

    const found = await extract(text);

    expect(found.facts.map(({ relation, fact: said }) => [relation, said])).toEqual([['CEO_OF', carrier]]);
    expect(found.entities.map(({ summary }) => summary).filter((summary) => summary.includes(dictation.order))).toEqual(
      [],
    );
  });

  it('reach the model as data in a message of their own, and leave its orders as they are', () => {
    const systems = new Set(at.server.chats.map(({ body }) => JSON.stringify((body['messages'] as unknown[])[0])));
    const schemas = new Set(at.server.chats.map(({ body }) => JSON.stringify(body['response_format'])));

    expect(at.server.chats.map(({ passage }) => passage)).toEqual([
      ...injections.map(({ text }) => `${carrier}\n\n${text}`),
      ...dictations.map(({ passage }) => `${carrier} ${passage}`),
    ]);
    expect([systems.size, schemas.size]).toEqual([1, 1]);
  });
});
