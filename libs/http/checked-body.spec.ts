import { describe, expect, it } from '@jest/globals';

import { checkedBody } from './checked-body.js';
import { replayOf } from './dead-letter-filter.js';
import { recordSubmission } from './record-submission.js';
import { AskBody, ContextBody, SearchBody } from './search.dto.js';
import { searchRequestOf } from './search-request.js';
import { SubmitDocument, SubmitRecord } from './submission.dto.js';

const nothing = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
const ofQuestions = ['namespace', 'mode', 'filter', 'limit', 'cursor', 'asOf', 'explain'];
const ofFilters = ['documentId', 'mediaType', 'source', 'since', 'until', 'metadata'];

describe('a field that changes nothing', () => {
  it.each<[string, new () => object, object]>([
    ['limit of an answer', AskBody, { limit: 3 }],
    ['explain of an answer', AskBody, { explain: true }],
    ['explain of a context', ContextBody, { explain: true }],
  ])('is refused: %s', (_, type, field) => {
    expect(() => checkedBody(type, { query: 'pump', ...field })).toThrow(/^property (limit|explain) should not exist$/);
  });

  it('is none of these', () => {
    const question = { query: 'pump', namespace: 'n', mode: 'auto', asOf: '2026-01-01' };

    expect(checkedBody(AskBody, question)).toMatchObject(question);
    expect(checkedBody(ContextBody, { ...question, limit: 3, tokens: 500 })).toMatchObject({ limit: 3, tokens: 500 });
    expect(checkedBody(SearchBody, { ...question, limit: 3, explain: true })).toMatchObject({ explain: true });
  });
});

describe('a field that is null', () => {
  it.each(ofQuestions)('of a question counts as left out: %s', (name) => {
    const request = searchRequestOf(checkedBody(SearchBody, { query: 'pump', [name]: null }));

    expect(request).toEqual(searchRequestOf(checkedBody(SearchBody, { query: 'pump' })));
  });

  it.each(ofFilters)('of a filter counts as left out: %s', (name) => {
    const request = searchRequestOf(checkedBody(SearchBody, { query: 'pump', filter: { [name]: null } }));

    expect(request.filter).toEqual({});
  });

  it('of a context counts as left out', () => {
    expect(checkedBody(ContextBody, { query: 'pump', tokens: null }).tokens).toBeUndefined();
  });

  it('of a document counts as left out', () => {
    const optional = ['namespace', 'documentId', 'location', 'content', 'mediaType', 'title', 'metadata', 'force'];

    expect({ ...checkedBody(SubmitDocument, { source: 'inline', ...nothing(optional) }) }).toEqual({
      source: 'inline',
    });
  });

  it('of a record counts as left out, and stays in what the record holds', () => {
    const body = {
      documentId: 'd',
      record: { a: null },
      ...nothing(['namespace', 'type', 'title', 'metadata', 'force']),
    };

    const { record } = checkedBody(SubmitRecord, body);
    const types = { check: () => undefined } as unknown as Parameters<typeof recordSubmission>[2];

    expect(record).toEqual({ a: null });
    expect(recordSubmission(body, JSON.stringify(body), types)).toMatchObject({
      ...{ namespace: 'default', content: '{"a":null}', metadata: {}, force: false },
    });
  });

  it('has its default where there is one', () => {
    expect(replayOf({ stage: 'parser', limit: null }).limit).toBe(100);
  });

  it.each([{ stage: null }, { namespace: null, documentId: null, reason: null, stage: null }])(
    'narrows no replay, so that all letters would be tried again: %j',
    (body) => {
      expect(() => replayOf(body)).toThrow('name a namespace, documentId, reason or stage');
    },
  );

  it.each<[string, () => unknown]>([
    ['query must be a string', () => checkedBody(SearchBody, { query: null })],
    ['record must be an object', () => checkedBody(SubmitRecord, { documentId: 'd', record: null })],
    ['colour should not exist', () => checkedBody(SearchBody, { query: 'a', colour: null })],
    ['colour should not exist', () => checkedBody(SearchBody, { query: 'a', filter: { colour: null } })],
    ['source must be a string', () => checkedBody(SearchBody, { query: 'a', filter: { source: [null] } })],
    [
      'filter.metadata.a must be a string',
      () => searchRequestOf({ query: 'a', filter: { metadata: nothing(['a']) as never } }),
    ],
  ])('is refused where something has to be: %s', (problem, given) => {
    expect(given).toThrow(problem);
  });
});
