import { describe, expect, it } from '@jest/globals';

import { isFrom } from './serve-http.js';

const options = { origins: ['https://agent.example.com'], hosts: ['memory.internal'] };

describe('who may call', () => {
  it.each([
    ['a program on this machine', { host: '127.0.0.1:7071' }],
    ['the same by name', { host: 'localhost:7071' }],
    ['by IPv6', { host: '[::1]:7071' }],
    ['by a name that is ours', { host: 'memory.internal' }],
    ['a page that is known', { host: 'localhost:7071', origin: 'https://agent.example.com' }],
  ])('%s', (_, headers) => {
    expect(isFrom({ headers }, options)).toBe(true);
  });

  it.each([
    ['a name that was bound to this machine', { host: 'evil.example:7071' }],
    ['a name that begins like ours', { host: 'localhost.evil.example' }],
    ['an address in disguise', { host: '127.1:7071' }],
    ['another address of this machine', { host: '0.0.0.0:7071' }],
    ['no name at all', {}],
    ['no name but rubbish', { host: 'a b' }],
    ['a page from elsewhere', { host: 'localhost:7071', origin: 'https://evil.example' }],
    ['a page from a file', { host: 'localhost:7071', origin: 'null' }],
    ['a page of the same name by another scheme', { host: 'localhost:7071', origin: 'http://agent.example.com' }],
  ])('not %s', (_, headers) => {
    expect(isFrom({ headers }, options)).toBe(false);
  });
});
