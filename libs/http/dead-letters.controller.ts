import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';

import type { Caller } from '#access';
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
import { Needs, Who } from './needs.js';
import { Recorder } from './recorder.js';
import { textsOf, wholeNumberOf } from './query-values.js';

const limits = { most: 200, otherwise: 50 };

@ApiTags('dead letters')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetterReader,
    private readonly replays: DeadLetterReplay,
    private readonly recorder: Recorder,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Dead letters, newest first' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'documentId', required: false })
  @ApiQuery({ name: 'reason', required: false })
  @ApiQuery({ name: 'stage', required: false })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  @ApiQuery({ name: 'cursor', required: false })
  list(@Who() caller: Caller, @Query() query: Readonly<Record<string, unknown>>): Promise<LetterPage> {
    const { namespace, documentId, reason, stage, limit, cursor } = textsOf(query);
    const filter = { namespaces: caller.among(namespace), documentId, reason, stage };
    return this.letters.list(filter, wholeNumberOf('limit', limit, limits), cursor);
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ summary: 'One dead letter: headers, the shape of its payload and its history' })
  @ApiQuery({ name: 'include', required: false, description: '`value` adds the bytes, as base64' })
  async get(@Who() caller: Caller, @Param('id') id: string, @Query('include') include?: string): Promise<LetterDetail> {
    const letter = await this.letters.letter(letterId(id), { value: include === 'value' });
    caller.finds(letter.namespace, 'dead letter');
    return letter;
  }

  @Post('replay')
  @Needs('admin')
  @HttpCode(202)
  @ApiOperation({ summary: 'Replay all dead letters that match and were not replayed yet, oldest first' })
  @ApiBody({ type: ReplayLetters })
  replayMany(@Who() caller: Caller, @Body() body: unknown): Promise<ReplayedMany> {
    const { limit, cursor, namespace, documentId, reason, stage } = replayOf(body);
    const filter = { namespaces: caller.among(namespace), documentId, reason, stage };
    const deed = { act: 'dead-letters.replay', namespace: namespace ?? null, subject: whichOf(filter) };
    return this.recorder.record(caller, deed, () => this.replays.replayMany(filter, limit, cursor));
  }

  @Post(':id/replay')
  @Needs('admin')
  @HttpCode(202)
  @ApiOperation({
    summary:
      'Replay a dead letter under a new ingestion: a submission from the stager, else from the staged bytes and kept answers',
  })
  async replay(@Who() caller: Caller, @Param('id') id: string): Promise<Replayed> {
    const letter = await this.letters.whole(letterId(id));
    caller.finds(letter.namespace, 'dead letter');
    const deed = { act: 'dead-letter.replay', namespace: letter.namespace, subject: id };
    return this.recorder.record(caller, deed, () => this.replays.replay(letter));
  }
}

/** Which letters a replay is about, for the audit log. */
function whichOf(filter: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${name}=${String(value)}`).join(' ');
}

function letterId(id: string): string {
  if (!isUuid(id)) throw new PermanentFailure('no such dead letter', { reason: 'not-found' });
  return id;
}
