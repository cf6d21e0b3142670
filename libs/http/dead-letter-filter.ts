import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

import { PermanentFailure } from '#failure';

import { checkedBody } from './checked-body.js';

const replayMax = 1000;
const replayDefault = 100;

/** Body of `POST /v1/dead-letters/replay`: which letters, and how many at most. */
export class ReplayLetters {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(63)
  namespace?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(512)
  documentId?: string;

  @ApiPropertyOptional({ description: 'Why they failed, e.g. store-refused' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  reason?: string;

  @ApiPropertyOptional({ description: 'Role that gave up, e.g. writer-qdrant' })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  stage?: string;

  @ApiPropertyOptional({ default: replayDefault, minimum: 1, maximum: replayMax })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(replayMax)
  limit: number = replayDefault;

  @ApiPropertyOptional({ description: '`nextCursor` of the answer before' })
  @IsOptional()
  @IsString()
  @MaxLength(18)
  cursor?: string;
}

/**
 * What a request asks to replay. All letters at once must be asked for in words: one of the four filters is needed.
 * @throws PermanentFailure `bad-request`.
 */
export function replayOf(body: unknown): ReplayLetters {
  const asked = checkedBody(ReplayLetters, body);
  if ((asked.namespace ?? asked.documentId ?? asked.reason ?? asked.stage) === undefined) {
    throw new PermanentFailure('name a namespace, documentId, reason or stage', { reason: 'bad-request' });
  }
  return asked;
}
