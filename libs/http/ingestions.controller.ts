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

import type { Caller } from '#access';
import { PermanentFailure } from '#failure';
import { ingestionStatuses, LedgerReader, type IngestionDetail, type IngestionStatus } from '#ledger';
import { UsageReader } from '#usage';

import { mayWait } from './may-wait.js';
import { Needs, Who } from './needs.js';
import { textsOf, wholeNumberOf } from './query-values.js';
import { Recorder } from './recorder.js';
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
    private readonly recorder: Recorder,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Ingestions, newest first' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'documentId', required: false })
  @ApiQuery({ name: 'status', required: false, enum: ingestionStatuses })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  @ApiQuery({ name: 'cursor', required: false })
  list(@Who() caller: Caller, @Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { namespace, documentId, status, limit, cursor } = textsOf(query);
    return this.ledger.list({
      limit: wholeNumberOf('limit', limit, limits),
      namespaces: caller.among(namespace),
      ...(documentId === undefined ? {} : { documentId }),
      ...(status === undefined ? {} : { status: statusOf(status) }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  @Get(':ingestionId')
  @Needs('read', 'ingest')
  @ApiOperation({
    summary: 'One ingestion: status, stores, counts, models, tokens, cost, what it waits for, error and timeline',
    description:
      '`models` are those that its parts were made with, whatever the settings are now: of `extraction` with the version ' +
      'of its rules or prompt, of `embedding` with the dimensions. Two of a kind mean that the settings changed on its ' +
      'way. No model found what fields of a record say, and none was asked for one that is `unchanged`',
  })
  async get(@Who() caller: Caller, @Param('ingestionId') ingestionId: string): Promise<unknown> {
    const ingestion = await this.found(caller, ingestionId);
    const paid = await this.usage.ofIngestion(ingestionId);
    const waiting = mayWait(ingestion) ? await this.usage.waitingOf(ingestion.namespace) : null;
    return { ...withCost(ingestion, paid), waiting };
  }

  /** Who submits a mail may follow its attachments as well as itself. */
  @Get(':ingestionId/children')
  @Needs('read', 'ingest')
  @ApiOperation({ summary: 'What came out of an ingestion, such as attachments, as far as it was submitted' })
  @ApiNotFoundResponse({ description: 'No such ingestion' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  @ApiQuery({ name: 'cursor', required: false })
  async children(
    @Who() caller: Caller,
    @Param('ingestionId') ingestionId: string,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const { limit, cursor } = textsOf(query, ['limit', 'cursor']);
    await this.found(caller, ingestionId);
    return this.ledger.children(ingestionId, { limit: wholeNumberOf('limit', limit, limits), cursor });
  }

  @Delete(':ingestionId')
  @Needs('ingest')
  @HttpCode(202)
  @ApiOperation({ summary: 'Cancel an ingestion that is not decided yet; it ends as rolled_back, reason cancelled' })
  @ApiAcceptedResponse({ description: 'Every store will undo it, unless the saga log has decided it already' })
  @ApiNotFoundResponse({ description: 'No such ingestion' })
  @ApiConflictResponse({ description: 'It is decided or concluded; `detail` says how' })
  async cancel(@Who() caller: Caller, @Param('ingestionId') ingestionId: string): Promise<Accepted> {
    const { namespace } = await this.found(caller, ingestionId);
    const deed = { act: 'ingestion.cancel', namespace, subject: ingestionId };
    return this.recorder.record(caller, deed, () => this.submitter.cancel(ingestionId));
  }

  /** An ingestion stays in its namespace for ever, so it may be looked at before it is changed. */
  private async found(caller: Caller, ingestionId: string): Promise<IngestionDetail> {
    const ingestion = isUuid(ingestionId) ? await this.ledger.ingestion(ingestionId) : undefined;
    if (ingestion === undefined) throw new PermanentFailure('no such ingestion', { reason: 'not-found' });
    caller.finds(ingestion.namespace, 'ingestion');
    return ingestion;
  }
}

function statusOf(text: string): IngestionStatus {
  const status = ingestionStatuses.find((one) => one === text);
  if (status === undefined) {
    throw new PermanentFailure(`status must be one of ${ingestionStatuses.join(', ')}`, { reason: 'bad-request' });
  }
  return status;
}
