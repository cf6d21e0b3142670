import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';

import { PermanentFailure } from '#failure';
import {
  depthMax,
  factsMax,
  GraphReader,
  type GraphStats,
  type KnownEntity,
  type Neighbourhood,
  type Timeline,
} from '#query';

import { wholeNumberOf } from './query-values.js';
import { timeOf } from './search-request.js';

const depths = { most: depthMax, otherwise: 1 };
const limits = { most: factsMax, otherwise: 50 };

@ApiTags('graph')
@Controller('v1')
export class GraphController {
  constructor(private readonly graph: GraphReader) {}

  @Get('entities')
  @ApiOperation({ summary: 'Entities of live documents by name' })
  async entities(
    @Query('name') name = '',
    @Query('namespace') namespace = 'default',
  ): Promise<{ readonly items: readonly KnownEntity[] }> {
    return { items: await this.graph.entities(namespace, name) };
  }

  @Get('entities/:uuid/timeline')
  @ApiOperation({ summary: 'What was said of an entity, oldest first, with the time it held' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: factsMax } })
  @ApiQuery({ name: 'cursor', required: false })
  timeline(
    @Param('uuid') uuid: string,
    @Query('namespace') namespace = 'default',
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
  ): Promise<Timeline> {
    return this.graph.timeline(namespace, uuidOf(uuid), wholeNumberOf('limit', limit, limits), cursor);
  }

  @Get('entities/:uuid/graph')
  @ApiOperation({ summary: 'What lies around an entity, up to three facts away' })
  @ApiQuery({ name: 'depth', required: false, schema: { type: 'integer', minimum: 1, maximum: depthMax } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: factsMax } })
  @ApiQuery({ name: 'asOf', required: false, description: 'Only facts that held then; now if left out' })
  explore(
    @Param('uuid') uuid: string,
    @Query('namespace') namespace = 'default',
    @Query('depth') depth?: string,
    @Query('limit') limit?: string,
    @Query('asOf') asOf?: string,
  ): Promise<Neighbourhood> {
    return this.graph.explore(namespace, uuidOf(uuid), {
      depth: wholeNumberOf('depth', depth, depths),
      limit: wholeNumberOf('limit', limit, limits),
      time: asOf === undefined ? {} : { asOf: timeOf(asOf, 'asOf') },
    });
  }

  @Get('graph/stats')
  @ApiOperation({ summary: 'How many documents, entities by type, and facts a namespace holds' })
  stats(@Query('namespace') namespace = 'default'): Promise<GraphStats> {
    return this.graph.stats(namespace);
  }
}

function uuidOf(text: string): string {
  if (!isUuid(text)) throw new PermanentFailure('no such entity', { reason: 'not-found' });
  return text.toLowerCase();
}
