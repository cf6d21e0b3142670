import { describe, expect, it } from '@jest/globals';

import { fileName } from './file-name.js';

describe('the name of an upload', () => {
  it.each([
    ['report.md', 'report.md'],
    ['../../etc/cron.d/x', 'x'],
    ['/etc/passwd', 'passwd'],
    ['..\\..\\windows\\system32\\x.txt', 'x.txt'],
    ['C:\\autoexec.bat', 'autoexec.bat'],
    ['..', ''],
    ['a/..', ''],
    ['a/', ''],
    ['', ''],
    ['nul\0.txt', 'nul.txt'],
    ['two\r\nlines.txt', 'twolines.txt'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['\ufeff\u200fname.md ', 'name.md'],
    ['half\ud800.txt', 'half\ufffd.txt'],
    ['東京 – été.md', '東京 – été.md'],
  ])('%j is taken as %j', (sent, name) => {
    expect(fileName(sent)).toBe(name);
  });
});
