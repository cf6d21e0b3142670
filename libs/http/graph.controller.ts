import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';

import type { Caller } from '#access';
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

import { factDocuments } from './fact-documents.js';
import { Needs, Who } from './needs.js';
import { textsOf, wholeNumberOf } from './query-values.js';
import { timeOf } from './search-request.js';

const depths = { most: depthMax, otherwise: 1 };
const limits = { most: factsMax, otherwise: 50 };

type Asked = Readonly<Record<string, unknown>>;

@ApiTags('graph')
@Controller('v1')
@Needs('read')
export class GraphController {
  constructor(private readonly graph: GraphReader) {}

  @Get('entities')
  @ApiOperation({ summary: 'Entities of live documents by name' })
  @ApiQuery({ name: 'name' })
  @ApiQuery({ name: 'namespace', required: false })
  async entities(@Who() caller: Caller, @Query() query: Asked): Promise<{ readonly items: readonly KnownEntity[] }> {
    const { name = '', namespace = 'default' } = textsOf(query, ['name', 'namespace']);
    return { items: await this.graph.entities(caller.inside(namespace), name) };
  }

  @Get('entities/:uuid/timeline')
  @ApiOperation({
    summary: 'What was said of an entity, oldest first, with the time it held',
    description: `Each fact says which live documents state it: ${factDocuments}.`,
  })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: factsMax } })
  @ApiQuery({ name: 'cursor', required: false })
  timeline(@Who() caller: Caller, @Param('uuid') uuid: string, @Query() query: Asked): Promise<Timeline> {
    const { namespace = 'default', limit, cursor } = textsOf(query, ['namespace', 'limit', 'cursor']);
    caller.finds(namespace, 'entity');
    return this.graph.timeline(namespace, uuidOf(uuid), wholeNumberOf('limit', limit, limits), cursor);
  }

  @Get('entities/:uuid/graph')
  @ApiOperation({
    summary: 'What lies around an entity, up to three facts away',
    description: `Each fact says which live documents state it: ${factDocuments}.`,
  })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'depth', required: false, schema: { type: 'integer', minimum: 1, maximum: depthMax } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: factsMax } })
  @ApiQuery({ name: 'asOf', required: false, description: 'Only facts that held then; now if left out' })
  explore(@Who() caller: Caller, @Param('uuid') uuid: string, @Query() query: Asked): Promise<Neighbourhood> {
    const { namespace = 'default', depth, limit, asOf } = textsOf(query, ['namespace', 'depth', 'limit', 'asOf']);
    caller.finds(namespace, 'entity');
    return this.graph.explore(namespace, uuidOf(uuid), {
      depth: wholeNumberOf('depth', depth, depths),
      limit: wholeNumberOf('limit', limit, limits),
      time: asOf === undefined ? {} : { asOf: timeOf(asOf, 'asOf') },
    });
  }

  @Get('graph/stats')
  @ApiOperation({ summary: 'How many documents, entities by type, and facts a namespace holds' })
  @ApiQuery({ name: 'namespace', required: false })
  stats(@Who() caller: Caller, @Query() query: Asked): Promise<GraphStats> {
    const { namespace = 'default' } = textsOf(query, ['namespace']);
    return this.graph.stats(caller.inside(namespace));
  }
}

function uuidOf(text: string): string {
  if (!isUuid(text)) throw new PermanentFailure('no such entity', { reason: 'not-found' });
  return text.toLowerCase();
}
