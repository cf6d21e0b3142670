import { Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';

import { PermanentFailure } from '#failure';
import { checkSignature, conversationsIn, FrontChanges } from '#front';

import type { RawRequest } from './json-body.js';
import { ForEverybody } from './needs.js';

/** What webhooks of Front are checked by. */
export abstract class FrontWebhookOptions {
  /** Without one no webhook is believed. */
  abstract readonly secret: string | undefined;
  abstract readonly nowMs: () => number;
}

/** A webhook only says where to look: what it says of messages is never taken from it. */
@ApiTags('front')
@Controller('v1/webhooks/front')
@ForEverybody()
export class FrontWebhookController {
  constructor(
    private readonly changes: FrontChanges,
    private readonly options: FrontWebhookOptions,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Webhooks of Front, of an application or of a rule; has the conversation looked at soon' })
  @ApiHeader({ name: 'X-Front-Signature', required: true })
  @ApiHeader({ name: 'X-Front-Request-Timestamp', required: false })
  async receive(
    @Req() request: RawRequest,
    @Headers('x-front-signature') signature?: string,
    @Headers('x-front-request-timestamp') timestamp?: string,
    @Headers('x-front-challenge') challenge?: string,
  ): Promise<{ readonly challenge?: string }> {
    const { secret, nowMs } = this.options;
    if (secret === undefined) throw new PermanentFailure('no webhooks of Front are expected', { reason: 'not-found' });
    const rawBody = request.rawBody ?? Buffer.alloc(0);
    checkSignature({ signature, timestamp, rawBody }, secret, nowMs());
    await this.changes.note(conversationsIn(JSON.parse(rawBody.toString('utf8'))));
    return challenge === undefined ? {} : { challenge: challenge.slice(0, challengeCharsMax) };
  }
}

const challengeCharsMax = 1024;
