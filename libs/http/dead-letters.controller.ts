import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';

import {
  DeadLetterReader,
  DeadLetterReplay,
  type LetterDetail,
  type LetterPage,
  type Replayed,
  type ReplayedMany,
} from '#dead-letters';
import { PermanentFailure } from '#failure';

import { ReplayLetters, replayOf } from './dead-letter-filter.js';
import { textsOf, wholeNumberOf } from './query-values.js';

const limits = { most: 200, otherwise: 50 };

@ApiTags('dead letters')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetterReader,
    private readonly replays: DeadLetterReplay,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Dead letters, newest first' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'documentId', required: false })
  @ApiQuery({ name: 'reason', required: false })
  @ApiQuery({ name: 'stage', required: false })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  @ApiQuery({ name: 'cursor', required: false })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<LetterPage> {
    const { namespace, documentId, reason, stage, limit, cursor } = textsOf(query);
    return this.letters.list({ namespace, documentId, reason, stage }, wholeNumberOf('limit', limit, limits), cursor);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One dead letter: headers, the shape of its payload and its history' })
  @ApiQuery({ name: 'include', required: false, description: '`value` adds the bytes, as base64' })
  get(@Param('id') id: string, @Query('include') include?: string): Promise<LetterDetail> {
    return this.letters.letter(letterId(id), { value: include === 'value' });
  }

  @Post('replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Replay all dead letters that match and were not replayed yet, oldest first' })
  @ApiBody({ type: ReplayLetters })
  replayMany(@Body() body: unknown): Promise<ReplayedMany> {
    const { limit, cursor, ...filter } = replayOf(body);
    return this.replays.replayMany(filter, limit, cursor);
  }

  @Post(':id/replay')
  @HttpCode(202)
  @ApiOperation({
    summary:
      'Replay a dead letter under a new ingestion: a submission from the stager, else from the staged bytes and kept answers',
  })
  replay(@Param('id') id: string): Promise<Replayed> {
    return this.replays.replay(letterId(id));
  }
}

function letterId(id: string): string {
  if (!isUuid(id)) throw new PermanentFailure('no such dead letter', { reason: 'not-found' });
  return id;
}
