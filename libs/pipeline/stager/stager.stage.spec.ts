import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { DocumentStaged, DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';
import type { EventStageContext } from '#kafka';
import { sniffMediaType } from '#pipeline/parser';

import { Admission, type AdmittedSubmission, type StagedContent } from './admission.js';
import { FolderStaging } from './folder-staging.js';
import { makeSources } from './sources/make-sources.js';
import { StagerStage } from './stager.stage.js';
import { aSubmission } from './submission.builder.js';

/** Versions in the order of arrival, per document; the same ingestion gets the same version again. */
class CountingAdmission extends Admission {
  readonly admitted = new Map<string, number>();
  /** Ids that belong to other documents. */
  readonly taken = new Set<string>();
  /** Ids of which all is settled. */
  readonly over = new Set<string>();
  readonly compared: StagedContent[] = [];
  verdict: 'new' | 'unchanged' = 'new';

  compare(content: StagedContent): Promise<'new' | 'unchanged'> {
    this.compared.push(content);
    return Promise.resolve(this.verdict);
  }

  liveSource(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  unmodified(): Promise<'new'> {
    return Promise.resolve('new');
  }

  admit({ ingestionId, version: named }: AdmittedSubmission): Promise<{ version: number; over: boolean }> {
    if (this.taken.has(ingestionId)) {
      return Promise.reject(new PermanentFailure('taken', { reason: 'ingestion-id-taken' }));
    }
    const version = this.admitted.get(ingestionId) ?? named ?? this.admitted.size + 1;
    this.admitted.set(ingestionId, version);
    return Promise.resolve({ version, over: this.over.has(ingestionId) });
  }
}

const ingestionId = '01900000-0000-7000-8000-000000000001';
const event = { id: 'event-1' } as EventStageContext['event'];
const httpOff = { httpAllowPrivate: false, httpNetworks: [], httpPorts: [80, 443] };
let folder: string;
let inbox: string;
let staging: FolderStaging;
let admission: CountingAdmission;
let stager: StagerStage;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-stager-'));
  inbox = join(folder, 'inbox');
  await mkdir(inbox);
  staging = new FolderStaging(join(folder, 'staging'));
  admission = new CountingAdmission();
  const options = {
    uploadBytesMax: 1000,
    uploadRoots: [inbox],
    ...httpOff,
    frontToken: undefined,
    frontBaseUrl: 'https://api2.frontapp.com',
    httpTimeoutMs: 1000,
    httpDeadlineMs: 1000,
  };
  stager = new StagerStage(staging, makeSources(options), admission, () => 'pipeline 1', sniffMediaType);
});
afterEach(() => rm(folder, { recursive: true }));

async function staged(overrides: Partial<DocumentSubmitted> = {}, id = event.id): Promise<DocumentStaged | undefined> {
  const signal = new AbortController().signal;
  const context = { event: { ...event, id }, signal, attempt: 0, triedForMs: 0, nowMs: () => 1_700_000_000_000 };
  return (await stager.handle(aSubmission(overrides), context))[0];
}

async function stagedText(outcome: DocumentStaged | undefined): Promise<string> {
  return text(await staging.read(outcome?.stagingRef ?? ''));
}

describe('the stager', () => {
  it('stages inline content and says what it is', async () => {
    const outcome = await staged({ content: '# Hello', mediaType: 'text/markdown', title: 'Greeting' });

    expect(outcome).toMatchObject({
      version: 1,
      mediaType: 'text/markdown',
      title: 'Greeting',
      sizeBytes: 7,
      location: null,
    });
    expect(await stagedText(outcome)).toBe('# Hello');
  });

  it('says the same when the same event comes again', async () => {
    const first = await staged();

    expect(await staged()).toEqual(first);
    expect((await staged({}, 'event-2'))?.ingestionId).not.toBe(first?.ingestionId);
  });

  it('keeps the version that the HTTP API gave', async () => {
    expect(await staged({ ingestionId, version: 7 })).toMatchObject({
      ingestionId,
      version: 7,
      stagingRef: ingestionId,
    });
  });

  it('asks for admission whatever ids a submission names, and stages nothing under an id of another document', async () => {
    admission.taken.add(ingestionId);

    await expect(staged({ ingestionId, version: 7 })).rejects.toMatchObject({ reason: 'ingestion-id-taken' });

    expect(await staging.stat(ingestionId)).toBeUndefined();
  });

  it('says nothing of content that is live already, nor of an ingestion that is over', async () => {
    admission.verdict = 'unchanged';
    expect(await staged({ ingestionId, version: 7, force: true })).toBeUndefined();
    expect(admission.compared).toMatchObject([{ ingestionId, force: true, stagingRef: ingestionId }]);

    admission.over.add(ingestionId);
    await staging.remove(ingestionId);
    expect(await staged({ ingestionId, version: 7 })).toBeUndefined();
    expect(await staging.stat(ingestionId)).toBeUndefined();
  });

  it('stages a file under an allowed folder once, even if the file changes', async () => {
    const location = join(inbox, 'report.md');
    await writeFile(location, 'one');
    const first = await staged({ source: 'local_upload', location });
    await writeFile(location, 'other');

    expect(await staged({ source: 'local_upload', location })).toEqual(first);
    expect(first).toMatchObject({ mediaType: 'text/markdown', location });
  });

  it('does not copy a file that already lies in staging', async () => {
    await staging.put(ingestionId, Readable.from([Buffer.from('uploaded')]), {
      bytesMax: 100,
      signal: new AbortController().signal,
    });

    const location = `staging:${ingestionId}`;

    const outcome = await staged({ source: 'local_upload', location, ingestionId, version: 1 });

    expect(outcome).toMatchObject({ stagingRef: ingestionId, location: null, sizeBytes: 8 });
  });

  it.each([null, ingestionId.replace(/1$/u, '9')])('reads no upload of another ingestion, as %s', async (own) => {
    const bytes = Readable.from([Buffer.from('secret')]);
    await staging.put(ingestionId, bytes, { bytesMax: 100, signal: new AbortController().signal });

    const theft = staged({ source: 'local_upload', location: `staging:${ingestionId}`, ingestionId: own, version: 1 });

    await expect(theft).rejects.toMatchObject({ kind: 'permanent', reason: 'bad-staging-reference' });
    expect(admission.admitted.size).toBe(0);
  });

  it.each([
    ['bad-namespace', { namespace: 'Bad_Name' }],
    ['bad-document-id', { documentId: 'a\nb' }],
    ['bad-ingestion-id', { ingestionId: '../../etc' }],
    ['bad-version', { version: 0 }],
    ['unknown-source', { source: 'ftp' }],
    ['unsupported', { source: 'frontapp', location: 'cnv_1' }],
    ['empty', { content: '' }],
    ['empty', { content: null }],
    ['too-large', { content: 'x'.repeat(256 * 1024 + 1) }],
    ['too-large', { content: 'x'.repeat(1001) }],
    ['too-large', { metadata: { note: 'x'.repeat(40_000) } }],
    ['bad-json', { source: 'json_record', content: '{"a":' }],
    ['bad-json', { source: 'json_record', content: '[1]' }],
    ['unreadable', { source: 'local_upload', location: `staging:${ingestionId}`, ingestionId }],
    ['bad-staging-reference', { source: 'local_upload', location: `staging:${ingestionId}` }],
    ['bad-staging-reference', { source: 'local_upload', location: 'staging:../../etc/passwd' }],
    ['outside-roots', { source: 'local_upload', location: '/etc/passwd' }],
    ['outside-roots', { source: 'local_upload', location: '/etc/there-is-no-such-file' }],
    ['bad-location', { source: 'http', location: 'data:text/plain,x' }],
    ['blocked-address', { source: 'http', location: 'http://127.0.0.1:9092/' }],
  ])('refuses for good, as %s, %j', async (reason, overrides) => {
    await expect(staged(overrides)).rejects.toMatchObject({ kind: 'permanent', reason });
  });

  it('names the ingestion it gives up, though the submission carried no id', async () => {
    const giveUp = staged({
      ingestionId: null,
      version: null,
      source: 'local_upload',
      location: '/nowhere',
      content: null,
    });

    await expect(giveUp).rejects.toMatchObject({
      ingestion: { version: 1, ingestionId: [...admission.admitted.keys()][0] },
    });
  });

  it('names the ingestion that has to wait as well, since it may be given up later', async () => {
    await writeFile(join(folder, 'staging'), 'no folder');

    await expect(staged({ ingestionId: null, version: null })).rejects.toMatchObject({
      kind: 'transient',
      ingestion: { version: 1, ingestionId: [...admission.admitted.keys()][0] },
    });
  });

  it('refuses files that are missing, no files, too large, empty, or links that lead outside', async () => {
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), join(inbox, 'link'));
    await writeFile(join(inbox, 'large'), 'x'.repeat(1001));
    await writeFile(join(inbox, 'empty'), '');
    const reasonOf = async (name: string): Promise<unknown> => {
      const location = `${inbox}/${name}`;
      return staged({ source: 'local_upload', location }, name).catch(
        (error: unknown) => (error as { reason: string }).reason,
      );
    };

    expect(await reasonOf('missing')).toBe('unreadable');
    expect(await reasonOf('.')).toBe('outside-roots');
    expect(await reasonOf('../secret')).toBe('outside-roots');
    expect(await reasonOf('link')).toBe('outside-roots');
    expect(await reasonOf('large')).toBe('too-large');
    expect(await reasonOf('empty')).toBe('empty');
  });
});
