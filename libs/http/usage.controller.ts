import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString } from 'class-validator';

import { PermanentFailure } from '#failure';
import { parseBudget, UsageReader } from '#usage';

import { checkedBody } from './checked-body.js';

/** Body of `PUT /v1/budgets/{namespace}`. */
class SetBudgets {
  @ApiProperty({ type: [String], example: ['20usd/month', '1000000tokens/day'] })
  @IsArray()
  @ArrayMaxSize(4)
  @IsString({ each: true })
  budgets!: string[];
}

const namespacePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What models cost, and what they may. */
@ApiTags('usage')
@Controller('v1')
export class UsageController {
  constructor(private readonly usage: UsageReader) {}

  @Get('usage')
  @ApiOperation({ summary: 'Calls, tokens and cost by model, namespace and what became of the ingestion' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'documentId', required: false })
  @ApiQuery({ name: 'from', required: false, description: 'ISO 8601; by default the beginning of the month (UTC)' })
  @ApiQuery({ name: 'to', required: false, description: 'ISO 8601, not included; by default now' })
  async report(
    @Query('namespace') namespace?: string,
    @Query('documentId') documentId?: string,
    @Query('from') from?: string,
    @Query('to') to?: string,
  ): Promise<unknown> {
    const now = new Date();
    const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
    const [fromMs, toMs] = [momentOf(from, month), momentOf(to, now.getTime() + 1)];
    const report = await this.usage.report({ namespace, documentId, fromMs, toMs });
    const period = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    const waiting = await this.usage.waiting();
    return { ...period, ...report, waiting: waiting.filter((one) => [undefined, one.namespace].includes(namespace)) };
  }

  @Get('budgets/:namespace')
  @ApiOperation({ summary: 'Budgets of a namespace, what is spent of them, and which is used up' })
  budget(@Param('namespace') namespace: string): Promise<unknown> {
    return this.usage.budget(checked(namespace));
  }

  @Put('budgets/:namespace')
  @ApiOperation({ summary: 'Replaces the budgets of a namespace; an empty list brings the default back' })
  @ApiBody({ type: SetBudgets })
  async setBudgets(@Param('namespace') namespace: string, @Body() body: unknown): Promise<unknown> {
    const { budgets } = checkedBody(SetBudgets, body);
    return this.usage.setBudgets(checked(namespace), budgets.map(parseBudget));
  }
}

function checked(namespace: string): string {
  if (namespacePattern.test(namespace)) return namespace;
  throw new PermanentFailure('namespace must match [a-z0-9][a-z0-9-]{0,62}', { reason: 'bad-request' });
}

function momentOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const moment = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(moment)) {
    throw new PermanentFailure('from and to must be times in ISO 8601, such as 2026-11-01', { reason: 'bad-request' });
  }
  return moment;
}
