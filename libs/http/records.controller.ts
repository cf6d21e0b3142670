import { once } from 'node:events';

import { Body, Controller, Headers, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';

import type { Caller } from '#access';
import { PermanentFailure } from '#failure';
import { RecordTypes } from '#records';

import type { Submission } from './check-submission.js';
import type { RawRequest } from './json-body.js';
import { Needs, Who } from './needs.js';
import { problemOf } from './problem.js';
import { linesOf, type NumberedLine } from './record-lines.js';
import { lineSubmission, recordSubmission } from './record-submission.js';
import { SubmitRecord } from './submission.dto.js';
import { Submitter, type Accepted } from './submitter.js';

const lineBytesMax = 1024 * 1024;
const unavailable = 503;

/** What became of one line. */
type LineOutcome = { readonly line: number; readonly status: number } & (Accepted | { reason: string; detail: string });

@ApiTags('records')
@Controller('v1/records')
@Needs('ingest')
export class RecordsController {
  constructor(
    private readonly submitter: Submitter,
    private readonly types: RecordTypes,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Submit a structured record, or many; each is stored as JSONB and searchable as text',
    description:
      'As application/x-ndjson each line is such a body. The answer, also NDJSON, has a line for each as soon as it is ' +
      'accepted or refused: `{line, status: 202, documentId, ingestionId, version}` or `{line, status, reason, detail}`. ' +
      'A line with status 503 is the last one: nothing from it on was accepted.',
  })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Of many records each line has its own' })
  @ApiBody({ type: SubmitRecord })
  @ApiAcceptedResponse({ description: 'The record is accepted' })
  @ApiOkResponse({ description: 'What became of each line' })
  async submit(
    @Who() caller: Caller,
    @Req() request: RawRequest & Request,
    @Res() response: Response,
    @Body() body: unknown,
    @Headers('idempotency-key') key?: string,
  ): Promise<void> {
    if (request.is('application/x-ndjson') !== false) return this.submitLines(caller, request, response, key);
    const submission = recordSubmission(body, request.rawBody?.toString() ?? '', this.types);
    response.status(202).json(await this.accept(caller, submission, key));
  }

  /** One after another: lines of one document keep their order, and the sender is held back to what can be accepted. */
  private async submitLines(
    caller: Caller,
    request: Request,
    response: Response,
    key: string | undefined,
  ): Promise<void> {
    response.status(200).type('application/x-ndjson');
    for await (const line of linesOf(request, lineBytesMax)) {
      const outcome = await this.outcomeOf(caller, line, key);
      if (response.destroyed) return;
      if (!response.write(`${JSON.stringify(outcome)}\n`)) await once(response, 'drain');
      if (outcome.status >= unavailable) break;
    }
    response.end();
  }

  private async outcomeOf(
    caller: Caller,
    { number: line, text }: NumberedLine,
    key: string | undefined,
  ): Promise<LineOutcome> {
    try {
      if (text === undefined) throw new PermanentFailure('the line is over 1 MiB', { reason: 'too-large' });
      const lineKey = key === undefined || key === '' ? undefined : `${key}/${line}`;
      return { line, status: 202, ...(await this.accept(caller, lineSubmission(text, this.types), lineKey)) };
    } catch (error) {
      const { status, reason, detail } = problemOf(error);
      return { line, status, reason, detail };
    }
  }

  private async accept(caller: Caller, submission: Submission, key: string | undefined): Promise<Accepted> {
    caller.inside(submission.namespace);
    const idempotency = key === undefined || key === '' ? undefined : { key, body: JSON.stringify(submission) };
    return this.submitter.submit(submission, this.submitter.newIngestionId(), idempotency);
  }
}
