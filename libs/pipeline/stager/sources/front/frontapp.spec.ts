import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';

import { FrontAccount } from '../../../../../test/services/front-account.js';
import { aSubmission } from '../../submission.builder.js';
import { Frontapp } from '../frontapp.js';
import { waitAfterMs } from './front-answer.js';
import { FrontApi, type FrontOptions } from './front-api.js';
import { frontName } from './front-resources.js';

const signal = new AbortController().signal;
let account: FrontAccount;

beforeEach(async () => {
  account = new FrontAccount();
  await account.start();
});
afterEach(() => account.stop());

function api(options: Partial<FrontOptions> = {}): FrontApi {
  const guard = { allowPrivate: false, networks: ['127.0.0.1/32'], ports: [account.storagePort] };
  return new FrontApi({ ...guard, baseUrl: account.address, token: account.token, timeoutMs: 60_000, ...options });
}

async function opened(location: string, options: Partial<FrontOptions> = {}, bytesMax = 1_000_000): Promise<Buffer> {
  const source = new Frontapp(api(options), 60_000);
  const { stream } = await source.open(aSubmission({ source: 'frontapp', location }), {
    bytesMax,
    signal,
    triedForMs: 0,
  });
  return buffer(stream);
}

describe('a message of Front', () => {
  it('is an e-mail with its headers, its body and its attachments, fetched without the token from where they lie', async () => {
    const files = [account.attach('fil_1', 'Angebot für "ACME".txt', Buffer.from('An offer.'))];
    account.receive('cnv_1', {
      id: 'msg_1',
      subject: 'Grüße\r\nBcc: x',
      body: '<p>Good <b>day</b></p>',
      attachments: files,
    });

    const mail = await PostalMime.parse(await opened('msg_1'), { attachmentEncoding: 'utf8' });

    expect(mail).toMatchObject({
      subject: 'Grüße Bcc: x',
      from: { name: 'Maria Keller', address: 'maria@globex.example' },
      to: [{ address: 'support@acme.example' }],
      html: expect.stringContaining('<p>Good <b>day</b></p>'),
      attachments: [{ filename: 'Angebot für "ACME".txt', mimeType: 'text/plain', content: 'An offer.' }],
    });
    expect(mail.bcc).toBeUndefined();
    expect(account.requests.every(({ authorization }) => authorization === `Bearer ${account.token}`)).toBe(true);
    expect(account.storageRequests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('is the same bytes each time, whatever the size of its attachments', async () => {
    const large = Buffer.alloc(3_000_001, 'Some words. ');
    const files = [account.attach('fil_1', 'large.txt', large), account.attach('fil_2', 'empty.txt', Buffer.alloc(0))];
    account.receive('cnv_1', { id: 'msg_1', body: 'x', attachments: files });

    const first = await opened('messages/msg_1', {}, 10_000_000);
    const mail = await PostalMime.parse(first, { attachmentEncoding: 'arraybuffer' });

    expect((await opened('messages/msg_1', {}, 10_000_000)).equals(first)).toBe(true);
    const contents = mail.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer));
    expect(contents.map((content, index) => content.equals(index === 0 ? large : Buffer.alloc(0)))).toEqual([
      true,
      true,
    ]);
  });

  it('says which attachments could not be fetched, and does without pictures of signatures', async () => {
    const gone = { ...account.attach('fil_1', 'gone.txt', Buffer.from('x')) };
    account.files.delete('fil_1');
    const large = { ...account.attach('fil_2', 'large.txt', Buffer.from('x')), size: 50_000_000 };
    const logo = {
      ...account.attach('fil_3', 'logo.png', Buffer.from('x'), 'image/png'),
      metadata: { is_inline: true },
    };
    const nameless = { filename: '<b>odd</b>.txt', url: 'https://elsewhere.example/x' };
    account.receive('cnv_1', { id: 'msg_1', body: '<p>See</p>', attachments: [gone, large, logo, nameless] });

    const mail = await PostalMime.parse(await opened('msg_1'));

    expect(mail.attachments).toEqual([]);
    expect(mail.html).toContain('could not be fetched: gone.txt, large.txt, &lt;b&gt;odd&lt;/b&gt;.txt');
    expect(account.asked('/download')).toBe(1);
  });

  it('of another channel, without an address, a subject or a body, is an e-mail all the same', async () => {
    const recipients = [{ name: null, handle: '+49 711 1', role: 'from' }];
    account.receive('cnv_1', { id: 'msg_1', type: 'sms', subject: null, body: null, text: 'Call <me>', recipients });

    const mail = await PostalMime.parse(await opened('msg_1'));

    expect(mail.from).toMatchObject({ name: '+49 711 1' });
    expect(mail.html).toContain('Call &lt;me&gt;');
  });

  it.each([
    ['is gone', 'msg_9', 'gone'],
    ['is a draft', 'msg_2', 'unsupported'],
    ['is no message', 'https://example.com/', 'bad-location'],
    ['climbs', 'messages/../../me', 'bad-location'],
  ])('that %s is refused for good', async (_what, location, reason) => {
    account.receive('cnv_1', { id: 'msg_2', draft_mode: 'shared' });

    await expect(opened(location)).rejects.toMatchObject({ kind: 'permanent', reason });
  });
});

describe('a conversation of Front', () => {
  it('is one text of all its messages, over all pages', async () => {
    for (const number of [1, 2, 3, 4, 5])
      account.receive('cnv_1', { id: `msg_${number}`, body: `<p>Answer ${number}</p>` });
    account.receive('cnv_1', { id: 'msg_6', body: 'unfinished', draft_mode: 'private' });

    const text = (await opened('https://app.frontapp.com/open/cnv_1')).toString();

    expect(text.match(/Answer \d/gu)).toEqual(['Answer 1', 'Answer 2', 'Answer 3', 'Answer 4', 'Answer 5']);
    expect(text).toContain('<h2>Maria Keller, 2023-11-14 22:13 UTC</h2>');
    expect(text).not.toContain('unfinished');
    expect(account.asked('/conversations/cnv_1/messages')).toBe(3);
  });

  it('in the trash is gone', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    account.trash('cnv_1');

    await expect(opened('cnv_1')).rejects.toMatchObject({ kind: 'permanent', reason: 'gone' });
  });
});

describe('a Front that is in trouble', () => {
  beforeEach(() => {
    account.files.set('fil_1', Buffer.from('a file'));
  });

  it.each([
    [429, 'transient', 'http-status', 7_000],
    [503, 'transient', 'http-status', 7_000],
    [401, 'permanent', 'front-refused', undefined],
    [403, 'permanent', 'front-forbidden', undefined],
    [302, 'transient', 'front-unreadable', undefined],
  ])('and answers %i fails as %s', async (status, kind, reason, retryAfterMs) => {
    account.trouble = (_request, response) => {
      response.writeHead(status, { 'retry-after': '7', location: 'http://127.0.0.1:1/' }).end();
      return true;
    };

    const outcome = opened('msg_1');
    await expect(outcome).rejects.toMatchObject({ kind, reason, retryAfterMs });
    await outcome.catch((error: Error) =>
      expect(`${error.message} ${String(error.cause)}`).not.toContain(account.token),
    );
  });

  it('is asked again as late as it wants, if there is time for that', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    let refusals = 0;
    const startedMs = Date.now();
    account.trouble = (_request, response) => {
      refusals += 1;
      if (refusals > 2) return false;
      response.writeHead(refusals === 1 ? 429 : 500, refusals === 1 ? { 'retry-after': '1' } : {}).end();
      return true;
    };

    expect(await api({ triesMax: 5 }).message('msg_1', signal)).toMatchObject({ id: 'msg_1' });
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(1_000);
  });

  it.each([
    { tries: 1, asks: undefined, waits: 500 },
    { tries: 2, asks: undefined, waits: 1_000 },
    { tries: 7, asks: undefined, waits: 32_000 },
    { tries: 12, asks: undefined, waits: 60_000 },
    { tries: 1, asks: 0, waits: 500 },
    { tries: 1, asks: 7_000, waits: 7_000 },
    { tries: 1, asks: 900_000, waits: 900_000 },
  ])('is waited for $waits ms after $tries tries when it asks for $asks', ({ tries, asks, waits }) => {
    expect(waitAfterMs(tries, asks)).toBe(waits);
  });

  it('waits before it asks where no request is left', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    const resetMs = Date.now() + 1_500;
    account.trouble = (_request, response) => {
      if (account.requests.length > 1) return false;
      const limits = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(resetMs / 1000) };
      response.writeHead(200, limits).end(JSON.stringify({ id: 'cnv_1' }));
      return true;
    };
    const patient = api({ triesMax: 2 });
    await patient.conversation('cnv_1', signal);

    await patient.message('msg_1', signal);

    expect(Date.now()).toBeGreaterThanOrEqual(resetMs - 5);
  });

  it('that says nothing, or stops in the middle, may answer later', async () => {
    account.trouble = () => true;
    await expect(opened('msg_1', { timeoutMs: 150 })).rejects.toMatchObject({ kind: 'transient', reason: 'timeout' });

    account.trouble = (_request, response) => response.writeHead(200).write('{"half":');
    await expect(opened('msg_1', { timeoutMs: 150 })).rejects.toMatchObject({ kind: 'transient', reason: 'timeout' });
  });

  it.each(['http://169.254.169.254/latest', 'http://127.0.0.2/', 'file:///etc/passwd', 'http://[::1]/'])(
    'and sends on to %s is not followed',
    async (location) => {
      account.trouble = (_request, response) => {
        response.writeHead(302, { location }).end();
        return true;
      };

      const outcome = opened('download/fil_1');
      await expect(outcome).rejects.toMatchObject({ kind: 'permanent', reason: expect.stringMatching(/^b/u) });
    },
  );

  it('and names another host for the next page is not believed: the token stays at home', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    const page = {
      _results: [],
      _pagination: { next: `http://127.0.0.1:${account.storagePort}/conversations?page_token=2` },
    };
    account.trouble = ({ url }, response) => {
      if (url?.includes('page_token') === true) return false;
      response.end(JSON.stringify(page));
      return true;
    };

    const { next } = await api().conversations(undefined, signal);
    await api().conversations(next, signal);

    expect(next).toBe('/conversations?page_token=2');
    expect(account.storageRequests).toEqual([]);
  });

  it('without a token is not asked at all', async () => {
    const submission = aSubmission({ source: 'frontapp', location: 'msg_1' });
    const outcome = new Frontapp(undefined, 1).open(submission, { bytesMax: 1, signal, triedForMs: 0 });

    await expect(outcome).rejects.toMatchObject({ kind: 'permanent', reason: 'unsupported' });
  });
});

describe('the name of a thing in Front', () => {
  it.each([
    ['msg_1a', 'message', 'msg_1a'],
    ['messages/msg_1a', 'message', 'msg_1a'],
    ['https://api2.frontapp.com/messages/msg_1a', 'message', 'msg_1a'],
    ['https://app.frontapp.com/open/cnv_1a', 'conversation', 'cnv_1a'],
    ['download/fil_2', 'attachment', 'fil_2'],
  ])('%s is the %s %s', (location, kind, id) => {
    expect(frontName(location)).toEqual({ kind, id });
  });

  it.each(['', 'tea_1', 'messages/', 'msg_1/..', 'msg_1?x=1', 'a/b/msg_1', 'msg_%31'])('%j is none', (location) => {
    expect(frontName(location)).toBeUndefined();
  });
});
