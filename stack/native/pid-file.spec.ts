import { describe, expect, it } from '@jest/globals';

import { isSameProcess, parsePidFile } from './pid-file.js';
import { parseProcStat, readProcess } from './processes.js';

describe('pid file', () => {
  it('gives back the process it was written for', () => {
    const text = '{"pid":4711,"startedAt":"boot:99","port":19092}\n';

    expect(parsePidFile(text)).toEqual({ pid: 4711, startedAt: 'boot:99', port: 19092 });
  });

  it.each([
    ['empty', ''],
    ['cut short', '{"pid":4711,"star'],
    ['another program’s', '4711\n'],
    ['one that names init', '{"pid":1,"startedAt":"boot:99","port":1}'],
    ['one that names a process group', '{"pid":-5,"startedAt":"boot:99","port":1}'],
    ['one without a time of start', '{"pid":4711,"port":1}'],
  ])('is not read from a file that is %s', (_kind, text) => {
    expect(parsePidFile(text)).toBeUndefined();
  });

  it('does not take a process that got the same number for the recorded one', () => {
    const own = readProcess(process.pid);

    expect(isSameProcess({ pid: process.pid, startedAt: own?.startedAt ?? '' })).toBe(true);
    expect(isSameProcess({ pid: process.pid, startedAt: 'another boot:1' })).toBe(false);
  });
});

describe('process table', () => {
  const fields = '1 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 9000 1';

  it('is read past a name with spaces and brackets', () => {
    expect(parseProcStat(`77 (odd) name (x) S ${fields}`, 'boot')).toEqual({
      pid: 77,
      parent: 1,
      startedAt: 'boot:123456',
    });
  });

  it('does not count what remains of an ended process', () => {
    expect(parseProcStat(`77 (java) Z ${fields}`, 'boot')).toBeUndefined();
  });
});
