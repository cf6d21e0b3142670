import { describe, expect, it } from '@jest/globals';

import {
  documentMarkerId,
  ingestionMarker,
  ingestionMarkerId,
  markerIds,
  newDocumentMarker,
  rememberedOf,
  type Remembered,
} from './markers.js';
import { pendingState, promotedState } from './promotion.js';

const ingestion = (version: number, documentId = 'd') => ({
  namespace: 'n',
  documentId,
  ingestionId: `${documentId}${version}`,
  version,
});
const remembered: Remembered = {
  foreign: false,
  state: 'pending',
  liveVersion: 2,
  liveIngestion: 'd2',
  retractedThrough: 1,
};

describe('pendingState', () => {
  it('is what the ingestion or its document remembers', () => {
    expect(pendingState(ingestion(3), { ...remembered, state: undefined })).toBe('pending');
    expect(pendingState(ingestion(1), { ...remembered, state: undefined })).toBe('retracted');
    expect(pendingState(ingestion(1), remembered)).toBe('retracted');
    expect(pendingState(ingestion(1), { ...remembered, state: 'compensated' })).toBe('compensated');
    expect(pendingState(ingestion(2), { ...remembered, state: 'live' })).toBe('live');
  });
});

describe('promotedState', () => {
  it.each([
    [3, 'live'],
    [1, 'retracted'],
  ])('decides version %i over live version 2 and a retraction through 1', (version, state) => {
    expect(promotedState(ingestion(version), remembered)).toBe(state);
  });

  it('makes a version below the live one superseded', () => {
    expect(promotedState(ingestion(2), { ...remembered, liveVersion: 3, liveIngestion: 'd3' })).toBe('superseded');
  });

  it('orders two ingestions of one version by their ids', () => {
    expect(promotedState({ ...ingestion(2), ingestionId: 'd3' }, remembered)).toBe('live');
    expect(promotedState({ ...ingestion(2), ingestionId: 'd1' }, remembered)).toBe('superseded');
  });

  it.each(['compensated', 'superseded', 'retracted', 'replaced'] as const)('leaves %s as it is', (state) => {
    expect(promotedState(ingestion(3), { ...remembered, state })).toBe(state);
  });

  it('decides again what a crash left marked live', () => {
    const marked = { ...remembered, state: 'live' as const };

    expect(promotedState(ingestion(2), marked)).toBe('live');
    expect(promotedState(ingestion(2), { ...marked, liveVersion: 3, liveIngestion: 'd3' })).toBe('replaced');
    expect(promotedState(ingestion(2), { ...marked, retractedThrough: 2, liveIngestion: '' })).toBe('retracted');
  });
});

describe('markers', () => {
  it('are asked for once each', () => {
    expect(markerIds([ingestion(1), ingestion(2)])).toEqual([
      ingestionMarkerId('d1'),
      documentMarkerId(ingestion(1)),
      ingestionMarkerId('d2'),
    ]);
  });

  it('say what is remembered of each ingestion, and nothing of what they do not know', () => {
    const found = [
      ingestionMarker(ingestion(1), 'compensated', 7).payload,
      { ...newDocumentMarker(ingestion(1), 7).payload, live_version: 4, live_ingestion: 'd4', retracted_through: 3 },
    ];

    expect(rememberedOf([ingestion(1), ingestion(2, 'other')], found)).toEqual(
      new Map<string, Remembered>([
        ['d1', { foreign: false, state: 'compensated', liveVersion: 4, liveIngestion: 'd4', retractedThrough: 3 }],
        ['other2', { foreign: false, state: undefined, liveVersion: 0, liveIngestion: '', retractedThrough: 0 }],
      ]),
    );
  });
});
