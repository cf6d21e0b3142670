import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { adviceFor } from './reasons.js';

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
/** The README's table of why documents can't be read: its first column, a row each. */
const [, table = ''] = readme.split('\n| reason | |\n', 2);
const [rows = ''] = table.split('\n\n', 1);
const reasonsTold = rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)]);
const readmeReasons = [...new Set(reasonsTold.map(([, reason = '']) => reason))];

/** What is said of a reason that nobody knows. */
const ofNone = adviceFor('no-such-reason', 'parser');

describe('advice', () => {
  it('for a known reason names its cause', () => {
    expect(adviceFor('encrypted', 'parser').meaning).toContain('password');
  });

  it('knows every reason that the README lists', () => {
    const unknown = readmeReasons.filter((reason) => adviceFor(reason, 'parser').remedy === ofNone.remedy);

    expect(readmeReasons).toEqual(
      expect.arrayContaining(['empty', 'unsafe-path', 'outside-roots', 'http-unreachable']),
    );
    expect(unknown).toEqual([]);
  });

  it.each([
    ['outside-roots', 'stager', 'PENSTOCK_UPLOAD_ROOTS'],
    ['blocked-address', 'stager', 'PENSTOCK_HTTP_NETWORKS'],
    ['timeout', 'parser', 'PENSTOCK_PARSE_TIMEOUT'],
    ['timeout', 'stager', 'PENSTOCK_HTTP_TIMEOUT'],
    ['out-of-memory', 'parser', 'PENSTOCK_PARSE_MEMORY_MAX'],
    ['model-answer-cut-off', 'extractor', 'PENSTOCK_OPENAI_ANSWER_TOKENS_MAX'],
    ['price-unknown', 'embedder', 'PENSTOCK_MODEL_PRICES'],
  ])('for %s at the %s names the setting that helps', (reason, role, setting) => {
    expect(adviceFor(reason, role).remedy).toContain(setting);
  });

  it('tells bytes that are not in staging from a file that is not there', () => {
    expect(adviceFor('unreadable', 'parser').meaning).toContain('staging');
    expect(adviceFor('unreadable', 'stager').meaning).toContain('path');
  });

  it('for a model that is away does not blame the document', () => {
    expect(adviceFor('model-unavailable', 'extractor')).toEqual({
      meaning: 'The model that the extractor asks gave no answer of use.',
      remedy: 'When the cause is gone, replay it.',
    });
  });

  it('for an unknown reason depends on who gave up, and is never missing', () => {
    expect(adviceFor('neo4j-broken', 'writer-neo4j')).toEqual({
      meaning: 'The store behind writer-neo4j could not take it.',
      remedy: 'When the cause is gone, replay it.',
    });
    expect(adviceFor('constructor', 'parser').meaning).toBe('The parser could not go on with it.');
  });
});
