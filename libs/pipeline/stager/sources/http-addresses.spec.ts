import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { loopbackSpellings, redirectTargets } from './address-fixture.js';
import { fetched, WebServer } from './http-fixture.js';
import type { HttpOptions } from './http.js';

const web = new WebServer();

beforeAll(() => web.start());
afterAll(() => web.stop());
beforeEach(() => {
  web.hits = 0;
});

/** The port is allowed, so that nothing but the address can be the reason. */
function guarded(): Partial<HttpOptions> {
  return { allowPrivate: false, ports: [web.port] };
}

describe('loopback', () => {
  it.each(loopbackSpellings)('spelled %s is never asked', async (host) => {
    const outcome = fetched(`http://${host}:${web.port}/`, guarded());

    await expect(outcome).rejects.toMatchObject({ kind: 'permanent', reason: 'blocked-address' });
    expect(web.hits).toBe(0);
  });

  it('hidden before a backslash is never asked', async () => {
    await expect(fetched(`http://127.0.0.1:${web.port}\\@example.com/`, guarded())).rejects.toMatchObject({
      reason: 'blocked-address',
    });
    expect(web.hits).toBe(0);
  });

  it('is not reached by a name that is public first and loopback when it is asked again', async () => {
    const answers = ['192.0.2.1', '127.0.0.1'];
    const resolve: HttpOptions['resolve'] = (_host, done) => done(null, [{ address: answers.pop() ?? '', family: 4 }]);
    const options = { ...guarded(), resolve };

    await expect(fetched(`http://rebinding.example:${web.port}/`, options)).rejects.toMatchObject({
      reason: 'blocked-address',
    });
    await expect(fetched(`http://rebinding.example:${web.port}/`, options)).rejects.toMatchObject({
      reason: 'blocked-address',
    });
    expect(web.hits).toBe(0);
  });

  it('is not reached by a data address', async () => {
    await expect(fetched('data:text/plain,hello')).rejects.toMatchObject({ reason: 'bad-location' });
  });

  it.each(redirectTargets)('is not reached by a redirect to %s, whatever the hop', async (target) => {
    const networks = ['127.0.0.2/32'];
    web.listener = ({ url }, response) =>
      response.writeHead(302, { location: url === '/second' ? `${target}:${web.port}/` : '/second' }).end();

    for (const path of ['/', '/second']) {
      const outcome = fetched(`http://127.0.0.2:${web.port}${path}`, { ...guarded(), networks });
      await expect(outcome).rejects.toMatchObject({ kind: 'permanent', reason: 'blocked-address' });
    }
    expect(web.hits).toBe(3);
  });
});
