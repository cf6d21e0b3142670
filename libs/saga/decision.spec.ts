import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { storeNames } from '#stores/port';

import { next, untouched, type Progress, type Signal } from './decision.js';

const receipts: Signal[] = storeNames.map((store) => ({ kind: 'receipt', store }));
const compensation: Signal = { kind: 'compensation' };
const after = (signals: readonly Signal[]): Progress => signals.reduce(next, untouched);

describe('the decision', () => {
  it('is live with the fourth receipt and not before', () => {
    expect(after(receipts.slice(0, 3)).decision).toBe('open');
    expect(after(receipts).decision).toBe('live');
  });

  it('is abort if anyone asked for compensation before the fourth receipt', () => {
    expect(after([...receipts.slice(0, 3), compensation, ...receipts.slice(3)]).decision).toBe('abort');
  });

  it('stays live when compensation is asked for too late', () => {
    expect(after([...receipts, compensation]).decision).toBe('live');
  });

  it('counts a repeated receipt once', () => {
    const [first] = receipts;

    expect(after([first, first, first, first].filter((signal) => signal !== undefined)).decision).toBe('open');
  });

  it('never changes, and does not depend on duplicates', () => {
    const signal = fc.constantFrom<Signal>(...receipts, compensation, { kind: 'part' }, { kind: 'retraction' });
    fc.assert(
      fc.property(fc.array(signal), fc.array(signal), (before, later) => {
        const decided = after(before);
        const doubled = before.flatMap((one) => [one, one]);

        expect(after(doubled)).toEqual(decided);
        if (decided.decision !== 'open') expect(after([...before, ...later])).toEqual(decided);
      }),
    );
  });
});
