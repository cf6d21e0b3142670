import { Body, Controller, Headers, HttpCode, Post, ValidationPipe } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';

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
  submit(
    @Body(
      new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true, expectedType: SubmitRecord }),
    )
    body: SubmitRecord,
    @Headers('idempotency-key') key?: string,
  ): Promise<Accepted> {
    const submission = {
      namespace: body.namespace ?? 'default',
      documentId: body.documentId,
      source: 'json_record',
      location: '',
      content: JSON.stringify(body.record),
      mediaType: 'application/json',
      title: body.title ?? null,
      metadata: { ...body.metadata },
      force: body.force ?? false,
    };
    const idempotency = key === undefined || key === '' ? undefined : { key, body: JSON.stringify(submission) };
    return this.submitter.submit(submission, this.submitter.newIngestionId(), idempotency);
  }
}
