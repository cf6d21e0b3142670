import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { v4 } from 'uuid';

import type { Caller } from '#access';
import { documentRefProblem, type DocumentRef } from '#events';
import { PermanentFailure } from '#failure';
import { Staging } from '#pipeline/stager';

import { checkedBody } from './checked-body.js';
import type { Submission } from './check-submission.js';
import { DocumentView, type LiveChunks } from './document-view.js';
import { keepUpload } from './keep-upload.js';
import { Needs, Who } from './needs.js';
import { textsOf, wholeNumberOf } from './query-values.js';
import { Recorder } from './recorder.js';
import { SourceRules } from './source-rules.js';
import { SubmitDocument } from './submission.dto.js';
import { Submitter, type Accepted, type Idempotency } from './submitter.js';
import { stageUpload, type StagedUpload } from './upload.js';

const chunkPage = { most: 100, otherwise: 20 };
/** As far as PostgreSQL counts chunks. */
const chunkNumbers = { least: 0, most: 2 ** 30, otherwise: 0 };

const retryAfterMs = 1000;

/** Limits of the door itself. */
export abstract class UploadLimits {
  abstract readonly uploadBytesMax: number;
  abstract readonly uploadIdleMs: number;
  abstract readonly uploadsMax: number;
}

@ApiTags('documents')
@Controller('v1/documents')
export class DocumentsController {
  /** Under way now. */
  private uploads = 0;

  constructor(
    private readonly submitter: Submitter,
    private readonly staging: Staging,
    private readonly view: DocumentView,
    private readonly limits: UploadLimits,
    private readonly rules: SourceRules,
    private readonly recorder: Recorder,
  ) {}

  @Post()
  @Needs('ingest')
  @HttpCode(202)
  @ApiOperation({ summary: 'Submit a document: a multipart upload, or JSON with a source and a location or content' })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBody({ type: SubmitDocument })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Equal requests with one key are accepted once' })
  async submit(
    @Who() caller: Caller,
    @Req() request: Request,
    @Body() body: unknown,
    @Headers('idempotency-key') key?: string,
  ): Promise<Accepted> {
    const ingestionId = this.submitter.newIngestionId();
    if (request.is('multipart/form-data') !== 'multipart/form-data') {
      if (request.is('json') === false) {
        throw new PermanentFailure('send application/json or multipart/form-data', { reason: 'unsupported' });
      }
      const submission = submissionOf(body);
      this.rules.check(caller, submission);
      return this.submitter.submit(submission, ingestionId, idempotencyOf(key, body));
    }
    const upload = await this.receive(request, ingestionId);
    const idempotency = idempotencyOf(key, [upload.submission, upload.sha256], ingestionId);
    return keepUpload(this.staging, ingestionId, async () => {
      caller.inside(upload.submission.namespace);
      return this.submitter.submit(upload.submission, ingestionId, idempotency);
    });
  }

  @Get(':documentId')
  @Needs('read')
  @ApiOperation({ summary: 'The live version of a document, and its ingestions' })
  get(
    @Who() caller: Caller,
    @Param('documentId') documentId: string,
    @Query('namespace') namespace = 'default',
    @Query('include') include?: string,
  ): Promise<unknown> {
    return this.view.read(foundBy(caller, refOf(namespace, documentId)), { chunks: include === 'chunks' });
  }

  @Get(':documentId/chunks')
  @Needs('read')
  @ApiOperation({ summary: 'Chunks of the live version, a page at a time; `nextFrom` is where the next page begins' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'from', required: false, schema: { type: 'integer', minimum: 0 } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: chunkPage.most } })
  chunks(
    @Who() caller: Caller,
    @Param('documentId') documentId: string,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<LiveChunks> {
    const { namespace = 'default', from, limit } = textsOf(query, ['namespace', 'from', 'limit']);
    return this.view.chunks(foundBy(caller, refOf(namespace, documentId)), {
      from: wholeNumberOf('from', from, chunkNumbers),
      limit: wholeNumberOf('limit', limit, chunkPage),
    });
  }

  @Delete(':documentId')
  @Needs('ingest')
  @HttpCode(202)
  @ApiOperation({ summary: 'Retract a document from all stores' })
  retract(
    @Who() caller: Caller,
    @Param('documentId') documentId: string,
    @Query('namespace') namespace = 'default',
    @Query('reason') reason = '',
  ): Promise<Accepted> {
    const ref = foundBy(caller, refOf(namespace, documentId));
    const deed = { act: 'document.delete', namespace, subject: documentId };
    return this.recorder.record(caller, deed, () => this.submitter.retract(ref, reason.slice(0, 1024)));
  }

  private async receive(request: Request, ref: string): Promise<StagedUpload> {
    if (this.uploads >= this.limits.uploadsMax) {
      throw new PermanentFailure('too many uploads are under way', { reason: 'too-many-uploads', retryAfterMs });
    }
    this.uploads += 1;
    try {
      return await stageUpload(request, this.staging, { ref, ...this.limits });
    } finally {
      this.uploads -= 1;
    }
  }
}

function refOf(namespace: string, documentId: string): DocumentRef {
  const ref = { namespace, documentId };
  const problem = documentRefProblem(ref);
  if (problem !== undefined) throw new PermanentFailure(problem, { reason: 'bad-document' });
  return ref;
}

/** A document of a foreign namespace is as if there were none. @throws PermanentFailure `not-found`. */
function foundBy(caller: Caller, ref: DocumentRef): DocumentRef {
  caller.finds(ref.namespace, 'document');
  return ref;
}

/** The reference of staged bytes differs each time; it is not a part of what the caller asked for. */
function idempotencyOf(key: string | undefined, body: unknown, ref?: string): Idempotency | undefined {
  if (key === undefined || key === '') return undefined;
  const text = JSON.stringify(body);
  return { key, body: ref === undefined ? text : text.replaceAll(ref, '') };
}

function submissionOf(body: unknown): Submission {
  const given = checkedBody(SubmitDocument, body);
  const location = given.location ?? '';
  return {
    namespace: given.namespace ?? 'default',
    documentId: given.documentId ?? (location === '' ? v4() : location),
    source: given.source,
    location,
    content: given.content ?? null,
    mediaType: given.mediaType ?? null,
    title: given.title ?? null,
    metadata: { ...given.metadata },
    force: given.force ?? false,
  };
}
