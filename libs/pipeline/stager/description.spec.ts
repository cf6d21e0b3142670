import { describe, expect, it } from '@jest/globals';

import type { DocumentSubmitted } from '#events';

import { describedBy } from './description.js';
import { aSubmission } from './submission.builder.js';

const metadata = { team: 'north', origin: 'erp' };
const plain = aSubmission({ title: 'Report', metadata });

describe('what a submission is compared by', () => {
  it.each<[string, Partial<DocumentSubmitted>]>([
    [
      'when it came, and under which id',
      { submittedAt: 7, ingestionId: '01900000-0000-7000-8000-000000000001', version: 9 },
    ],
    ['the order of its metadata', { metadata: { origin: 'erp', team: 'north' } }],
    ['its bytes, which are compared by their hash', { content: 'Other words.' }],
    ['that it is forced', { force: true }],
    ['where an upload was staged', { location: 'staging:01900000-0000-7000-8000-000000000001' }],
  ])('does not depend on %s', (_what, other) => {
    expect(describedBy({ ...plain, ...other }, 'one')).toBe(describedBy(plain, 'one'));
  });

  it.each<[string, Partial<DocumentSubmitted>]>([
    ['title', { title: 'Another report' }],
    ['metadata', { metadata: { ...metadata, team: 'south' } }],
    ['media type', { mediaType: 'text/markdown' }],
    ['source', { source: 'json_record' }],
    ['location', { location: 'https://example.org/report' }],
  ])('depends on its %s', (_what, other) => {
    expect(describedBy({ ...plain, ...other }, 'one')).not.toBe(describedBy(plain, 'one'));
  });

  it('depends on the pipeline', () => {
    expect(describedBy(plain, 'one')).not.toBe(describedBy(plain, 'two'));
  });
});
