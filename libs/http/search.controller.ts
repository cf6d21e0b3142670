import { Body, Controller, Get, Header, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';

import type { Caller } from '#access';
import {
  Asker,
  ContextBuilder,
  QueryReader,
  Searcher,
  type AskAnswer,
  type ContextAnswer,
  type QueryPage,
  type SearchRequest,
} from '#query';

import { checkedBody } from './checked-body.js';
import { factDocuments } from './fact-documents.js';
import { Needs, Who } from './needs.js';
import { textsOf, trueOrFalseOf, wholeNumberOf } from './query-values.js';
import { AskBody, ContextBody, SearchBody } from './search.dto.js';
import { searchRequestOf, timeOf } from './search-request.js';

const page = { most: 200, otherwise: 50 };
const compared =
  '`embedding` is the model of the vectors that passages were compared by, with its dimensions, and null if none were.';
const missing =
  '`leftOut` names each store that was away or too slow, with the reason: without it the answer may be less than there is';
const analyticsNames = ['namespace', 'route', 'empty', 'since', 'limit', 'cursor'];

@ApiTags('search')
@Controller('v1')
export class SearchController {
  constructor(
    private readonly searcher: Searcher,
    private readonly contexts: ContextBuilder,
    private readonly asker: Asker,
    private readonly queries: QueryReader,
  ) {}

  @Post('search')
  @Needs('read')
  @HttpCode(200)
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'Answer a question from live data, with the place of each passage',
    description:
      `Each of \`facts\` says which live documents state it: ${factDocuments}. The facts of a hit are those that its ` +
      'document states, with the times that it says; those that a later document can end (who leads, works for or lives ' +
      'where) have `validAt` and `invalidAt` from all live documents, unless `leftOut` names `times` or `graph`. ' +
      `${compared} ${missing}`,
  })
  @ApiBody({ type: SearchBody })
  async search(@Who() caller: Caller, @Req() request: Request, @Body() body: unknown): Promise<string> {
    const given = checkedBody(SearchBody, body);
    return this.searcher.searchJson(requestOf(caller, given), untilClosed(request), given.explain);
  }

  @Post('context')
  @Needs('read')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Passages and facts for a prompt, within a token budget, with citations',
    description:
      'A passage is cited by its number in `citations`. The line of a fact ends with the document that states it; ' +
      `\`facts\` are the same in their order, each with what it is from: ${factDocuments}. ${compared} ${missing}`,
  })
  @ApiBody({ type: ContextBody })
  context(@Who() caller: Caller, @Req() request: Request, @Body() body: unknown): Promise<ContextAnswer> {
    const given = checkedBody(ContextBody, body);
    return this.contexts.build(requestOf(caller, given), given.tokens, untilClosed(request));
  }

  @Post('ask')
  @Needs('read')
  @HttpCode(200)
  @ApiOperation({
    summary: 'An answer made of cited sentences and facts, by two to six look-ups',
    description: `${compared} ${missing}`,
  })
  @ApiBody({ type: AskBody })
  ask(@Who() caller: Caller, @Req() request: Request, @Body() body: unknown): Promise<AskAnswer> {
    return this.asker.ask(requestOf(caller, checkedBody(AskBody, body)), untilClosed(request));
  }

  @Get('analytics/queries')
  @Needs('admin')
  @ApiOperation({ summary: 'Questions that were asked, newest first, and what became of them by route' })
  @ApiQuery({ name: 'namespace', required: false })
  @ApiQuery({ name: 'route', required: false })
  @ApiQuery({ name: 'empty', required: false, description: '`true`: only those answered without a hit' })
  @ApiQuery({ name: 'since', required: false })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: page.most } })
  @ApiQuery({ name: 'cursor', required: false })
  asked(@Who() caller: Caller, @Query() query: Readonly<Record<string, unknown>>): Promise<QueryPage> {
    const { namespace, route, empty, since, limit, cursor } = textsOf(query, analyticsNames);
    return this.queries.list({
      ...{ namespaces: caller.among(namespace), route, cursor, limit: wholeNumberOf('limit', limit, page) },
      empty: trueOrFalseOf('empty', empty),
      sinceMs: since === undefined ? undefined : timeOf(since, 'since'),
    });
  }
}

/** @throws PermanentFailure `forbidden-namespace`, or as `searchRequestOf` does. */
function requestOf(caller: Caller, body: AskBody): SearchRequest {
  const request = searchRequestOf(body);
  caller.inside(request.namespace);
  return request;
}

/** Nobody waits for an answer whose asker went away. */
function untilClosed(request: Request): AbortSignal {
  const gone = new AbortController();
  const { res: response } = request;
  response?.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
