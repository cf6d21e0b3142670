import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString } from 'class-validator';
import { validate as isUuid } from 'uuid';

import type { Caller } from '#access';
import { PermanentFailure } from '#failure';
import { monthStartMs, parseBudget, UsageReader, type CallPage } from '#usage';

import { checkedBody } from './checked-body.js';
import { Needs, Who } from './needs.js';
import { textsOf, wholeNumberOf } from './query-values.js';
import { Recorder } from './recorder.js';

/** Body of `PUT /v1/budgets/{namespace}`. */
class SetBudgets {
  @ApiProperty({ type: [String], example: ['20usd/month', '1000000tokens/day'] })
  @IsArray()
  @ArrayMaxSize(4)
  @IsString({ each: true })
  budgets!: string[];
}

/** What a list of calls may be asked for. */
const callFilters = ['namespace', 'documentId', 'ingestionId', 'outcome', 'from', 'to', 'limit', 'cursor'];
const limits = { most: 200, otherwise: 50 };
const namespacePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What models cost, and what they may. */
@ApiTags('usage')
@Controller('v1')
export class UsageController {
  constructor(
    private readonly usage: UsageReader,
    private readonly recorder: Recorder,
  ) {}

  @Get('usage')
  @Needs('read')
  @ApiOperation({ summary: 'Calls, tokens and cost by model, namespace and what became of the ingestion' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'documentId', required: false })
  @ApiQuery({ name: 'from', required: false, description: 'ISO 8601; by default the beginning of the month (UTC)' })
  @ApiQuery({ name: 'to', required: false, description: 'ISO 8601, not included; by default now' })
  async report(
    @Who() caller: Caller,
    @Query('namespace') namespace?: string,
    @Query('documentId') documentId?: string,
    @Query('from') from?: string,
    @Query('to') to?: string,
  ): Promise<unknown> {
    const nowMs = Date.now();
    const [fromMs, toMs] = [momentOf(from) ?? monthStartMs(nowMs), momentOf(to) ?? nowMs + 1];
    const namespaces = caller.among(namespace);
    const report = await this.usage.report({ namespaces, documentId, fromMs, toMs });
    const period = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    const waiting = await this.usage.waiting();
    return { ...period, ...report, waiting: waiting.filter((one) => namespaces?.includes(one.namespace) !== false) };
  }

  @Get('usage/calls')
  @Needs('read')
  @ApiOperation({
    summary: 'Calls that were paid for, newest first: time, document, ingestion, model, purpose, outcome, tokens, cost',
    description: '`usd` is null where the price is unknown. `documentId` and `ingestionId` are null for a question.',
  })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'documentId', required: false })
  @ApiQuery({ name: 'ingestionId', required: false })
  @ApiQuery({ name: 'outcome', required: false, description: '`answered`, or why the answer was of no use' })
  @ApiQuery({ name: 'from', required: false, description: 'ISO 8601; by default from the first call on' })
  @ApiQuery({ name: 'to', required: false, description: 'ISO 8601, not included; by default up to now' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: limits.most } })
  @ApiQuery({ name: 'cursor', required: false })
  calls(@Who() caller: Caller, @Query() query: Readonly<Record<string, unknown>>): Promise<CallPage> {
    const { namespace, documentId, ingestionId, outcome, from, to, limit, cursor } = textsOf(query, callFilters);
    return this.usage.calls({
      namespaces: caller.among(namespace),
      ...{ documentId, outcome, cursor, ingestionId: ingestionId === undefined ? undefined : uuidOf(ingestionId) },
      ...{ fromMs: momentOf(from), toMs: momentOf(to), limit: wholeNumberOf('limit', limit, limits) },
    });
  }

  @Get('budgets/:namespace')
  @Needs('read')
  @ApiOperation({ summary: 'Budgets of a namespace, what is spent of them, and which is used up' })
  budget(@Who() caller: Caller, @Param('namespace') namespace: string): Promise<unknown> {
    return this.usage.budget(caller.inside(checked(namespace)));
  }

  @Put('budgets/:namespace')
  @Needs('admin')
  @ApiOperation({ summary: 'Replaces the budgets of a namespace; an empty list brings the default back' })
  @ApiBody({ type: SetBudgets })
  async setBudgets(
    @Who() caller: Caller,
    @Param('namespace') namespace: string,
    @Body() body: unknown,
  ): Promise<unknown> {
    const { budgets } = checkedBody(SetBudgets, body);
    const wanted = budgets.map(parseBudget);
    const deed = { act: 'budget.set', namespace: caller.inside(checked(namespace)), subject: budgets.join(' ') };
    return this.recorder.record(caller, deed, () => this.usage.setBudgets(namespace, wanted));
  }
}

function checked(namespace: string): string {
  if (namespacePattern.test(namespace)) return namespace;
  throw new PermanentFailure('namespace must match [a-z0-9][a-z0-9-]{0,62}', { reason: 'bad-request' });
}

function uuidOf(text: string): string {
  if (isUuid(text)) return text;
  throw new PermanentFailure('ingestionId must be a UUID', { reason: 'bad-request' });
}

function momentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const moment = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(moment)) {
    throw new PermanentFailure('from and to must be times in ISO 8601, such as 2026-11-01', { reason: 'bad-request' });
  }
  return moment;
}
