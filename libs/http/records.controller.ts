import { Body, Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';

import { checkedBody } from './checked-body.js';
import { exactField, type RawRequest } from './json-body.js';
import { SubmitRecord } from './submission.dto.js';
import { Submitter, type Accepted } from './submitter.js';

@ApiTags('records')
@Controller('v1/records')
export class RecordsController {
  constructor(private readonly submitter: Submitter) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Submit a structured record; it is stored as JSONB and searchable as text' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiBody({ type: SubmitRecord })
  submit(
    @Req() request: RawRequest,
    @Body() body: unknown,
    @Headers('idempotency-key') key?: string,
  ): Promise<Accepted> {
    const { namespace, documentId, title, metadata, force } = checkedBody(SubmitRecord, body);
    const submission = {
      namespace: namespace ?? 'default',
      documentId,
      source: 'json_record',
      location: '',
      content: exactField(request.rawBody?.toString() ?? '', 'record'),
      mediaType: 'application/json',
      title: title ?? null,
      metadata: { ...metadata },
      force: force ?? false,
    };
    const idempotency = key === undefined || key === '' ? undefined : { key, body: JSON.stringify(submission) };
    return this.submitter.submit(submission, this.submitter.newIngestionId(), idempotency);
  }
}
