import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

import { AdminActs, type ActPage, type Caller } from '#access';

import { Needs, Who } from './needs.js';
import { textsOf, wholeNumberOf } from './query-values.js';

const limits = { most: 200, otherwise: 50 };

@ApiTags('access')
@Controller('v1/admin/audit')
@Needs('admin')
export class AdminActsController {
  constructor(private readonly acts: AdminActs) {}

  @Get()
  @ApiOperation({
    summary: 'Who deleted, cancelled, replayed, repaired or changed keys, budgets and partitions, newest first',
  })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  @ApiQuery({ name: 'cursor', required: false })
  list(@Who() caller: Caller, @Query() query: Readonly<Record<string, unknown>>): Promise<ActPage> {
    const { namespace, limit, cursor } = textsOf(query, ['namespace', 'limit', 'cursor']);
    return this.acts.list(caller.among(namespace), { limit: wholeNumberOf('limit', limit, limits), cursor });
  }
}
