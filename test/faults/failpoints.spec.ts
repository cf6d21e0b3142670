import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { Failpoints, type Arm, type Notice } from './failpoints.js';

const arm: Arm = {
  ...{ role: 'stager', point: 'P2', operation: 'create', fault: 'permanent', delivery: 'once' },
  ...{ key: 'space/doc', throwsMax: 1 },
};

function armed(): { failpoints: Failpoints; heard: Notice[] } {
  const heard: Notice[] = [];
  const failpoints = new Failpoints((notice) => void heard.push(notice));
  failpoints.arm([arm], {});
  return { failpoints, heard };
}

describe('a failpoint', () => {
  it('stops an armed document until it is released, and tells so', async () => {
    const { failpoints, heard } = armed();
    let passed = false;

    const work = failpoints.settling([arm], () => failpoints.at('P2', arm)).then(() => (passed = true));
    await setImmediate();
    expect({ passed, heard }).toEqual({ passed: false, heard: [{ kind: 'reached', key: arm.key }] });
    failpoints.release(arm.key, 'continue');
    await work;

    expect(heard.at(-1)).toEqual({ kind: 'settled', key: arm.key });
  });

  it('throws as often as it is told to', async () => {
    const { failpoints } = armed();

    const work = failpoints.at('P2', arm);
    failpoints.release(arm.key, 'throw');

    await expect(work).rejects.toThrow('failpoint P2 of stager');
    await expect(failpoints.at('P2', arm)).resolves.toBeUndefined();
  });

  it('lets every other point and document pass', async () => {
    const { failpoints, heard } = armed();

    await failpoints.at('P3', arm);
    await failpoints.at('P2', { ...arm, key: 'space/other' });
    await failpoints.hook('mid');

    expect(heard).toEqual([]);
  });

  it('is met by a driver that works for an armed document', async () => {
    const { failpoints, heard } = armed();

    const work = failpoints.within(arm, { commit: 'P2' }, async () => {
      await setImmediate();
      await failpoints.hook('commit');
    });
    await setImmediate();
    await setImmediate();
    failpoints.release(arm.key, 'continue');
    await work;

    expect(heard).toHaveLength(2);
  });
});
