import { describe, expect, it } from '@jest/globals';

import { hrefOf, routeOf } from './routes.js';

describe('a route', () => {
  it('comes back from its address, whatever names hold', () => {
    const query = { documentId: 'a/b ?&#%', namespace: 'default' };

    expect(routeOf(hrefOf('ingestions', '0190/x y', query))).toEqual({ page: 'ingestions', id: '0190/x y', query });
  });

  it('of an address that names no page is the board', () => {
    const board = { page: 'board', id: undefined, query: {} };

    expect([routeOf(''), routeOf('#/'), routeOf('#/nowhere'), routeOf('#/constructor')]).toEqual(Array(4).fill(board));
  });

  it('takes what can not be decoded as it stands', () => {
    expect(routeOf('#/ingestions/%E0%A4%A').id).toBe('%E0%A4%A');
  });

  it('leaves out of its address what is empty', () => {
    expect(hrefOf('ingestions', undefined, { status: '', namespace: undefined })).toBe('#/ingestions');
  });
});
