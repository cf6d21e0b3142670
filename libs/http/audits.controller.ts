import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

import type { Caller } from '#access';
import { AuditReader, auditsKeptMax, type AuditSummary } from '#audit';

import { Needs, Who } from './needs.js';
import { textsOf, wholeNumberOf } from './query-values.js';

const limits = { most: auditsKeptMax, otherwise: 20 };

/** What comparing the stores with each other and with the ledger came to. */
@ApiTags('operation')
@Controller('v1/audits')
@Needs('read')
export class AuditsController {
  constructor(private readonly audits: AuditReader) {}

  @Get()
  @ApiOperation({ summary: 'Audits and what they found, by kind and store, newest first' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  async list(
    @Who() caller: Caller,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly items: readonly AuditSummary[] }> {
    const { limit } = textsOf(query, ['limit']);
    return { items: await this.audits.list(caller.among(undefined), wholeNumberOf('limit', limit, limits)) };
  }
}
