import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';

import { PermanentFailure } from '#failure';
import { ingestionStatuses, LedgerReader, type IngestionStatus } from '#ledger';
import { UsageReader } from '#usage';

import { textsOf, wholeNumberOf } from './query-values.js';
import { Submitter, type Accepted } from './submitter.js';
import { withCost } from './with-cost.js';

const limits = { most: 200, otherwise: 50 };

@ApiTags('ingestions')
@Controller('v1/ingestions')
export class IngestionsController {
  constructor(
    private readonly ledger: LedgerReader,
    private readonly submitter: Submitter,
    private readonly usage: UsageReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Ingestions, newest first' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'documentId', required: false })
  @ApiQuery({ name: 'status', required: false, enum: ingestionStatuses })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  @ApiQuery({ name: 'cursor', required: false })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { namespace, documentId, status, limit, cursor } = textsOf(query);
    return this.ledger.list({
      limit: wholeNumberOf('limit', limit, limits),
      ...(namespace === undefined ? {} : { namespace }),
      ...(documentId === undefined ? {} : { documentId }),
      ...(status === undefined ? {} : { status: statusOf(status) }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  @Get(':ingestionId')
  @ApiOperation({ summary: 'One ingestion: status, stores, counts, tokens, cost, error and timeline' })
  async get(@Param('ingestionId') ingestionId: string): Promise<unknown> {
    const ingestion = isUuid(ingestionId) ? await this.ledger.ingestion(ingestionId) : undefined;
    if (ingestion === undefined) throw new PermanentFailure('no such ingestion', { reason: 'not-found' });
    return withCost(ingestion, await this.usage.ofIngestion(ingestionId));
  }

  @Delete(':ingestionId')
  @HttpCode(202)
  @ApiOperation({ summary: 'Cancel an ingestion that is not decided yet; it ends as rolled_back, reason cancelled' })
  @ApiAcceptedResponse({ description: 'Every store will undo it, unless the saga log has decided it already' })
  @ApiNotFoundResponse({ description: 'No such ingestion' })
  @ApiConflictResponse({ description: 'It is decided or concluded; `detail` says how' })
  async cancel(@Param('ingestionId') ingestionId: string): Promise<Accepted> {
    if (!isUuid(ingestionId)) throw new PermanentFailure('no such ingestion', { reason: 'not-found' });
    return this.submitter.cancel(ingestionId);
  }
}

function statusOf(text: string): IngestionStatus {
  const status = ingestionStatuses.find((one) => one === text);
  if (status === undefined) {
    throw new PermanentFailure(`status must be one of ${ingestionStatuses.join(', ')}`, { reason: 'bad-request' });
  }
  return status;
}
