import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { contextTokensDefault, contextTokensMax, limitMax, searchModes } from '#query';

const valuesMax = 100;
const valueCharsMax = 1024;

function listOf(description: string): PropertyDecorator {
  const decorators = [
    ApiPropertyOptional({ type: [String], description }),
    IsOptional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(valuesMax),
    IsString({ each: true }),
    MaxLength(valueCharsMax, { each: true }),
  ];
  return (target, name) => decorators.forEach((decorate) => decorate(target, name));
}

function day(description: string): PropertyDecorator {
  const example = '2026-11-28T12:00:00Z';
  const decorators = [ApiPropertyOptional({ description, example }), IsOptional(), IsString(), MaxLength(40)];
  return (target, name) => decorators.forEach((decorate) => decorate(target, name));
}

/** What hits must be like; all given fields must hold, of a list one is enough. */
export class SearchFilterBody {
  @listOf('Documents to look in')
  documentId?: string[];

  @listOf('Media types, e.g. application/pdf')
  mediaType?: string[];

  @listOf('Sources, e.g. http')
  source?: string[];

  @day('Submitted then or later')
  since?: string;

  @day('Submitted before; after `since`')
  until?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, string>;
}

/** What is asked, and where: the whole body of `POST /v1/ask`, which decides for itself how much it looks at. */
export class AskBody {
  @ApiProperty({ description: 'The question, at most 4096 bytes; may be empty in mode metadata with a filter' })
  @IsString()
  query!: string;

  @ApiPropertyOptional({ default: 'default' })
  @IsOptional()
  @IsString()
  namespace?: string;

  @ApiPropertyOptional({ enum: searchModes, default: 'auto' })
  @IsOptional()
  @IsIn(searchModes)
  mode?: (typeof searchModes)[number];

  @ApiPropertyOptional({ type: SearchFilterBody })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SearchFilterBody)
  filter?: SearchFilterBody;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  cursor?: string;

  @day('Only facts that held then; now, or what the question says, if left out. With mode auto or graph only')
  asOf?: string;
}

/** A question of which so many passages are wanted. */
class PassagesBody extends AskBody {
  @ApiPropertyOptional({ minimum: 1, maximum: limitMax, default: 10 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(limitMax)
  limit?: number;
}

/** Body of `POST /v1/search`. */
export class SearchBody extends PassagesBody {
  @ApiPropertyOptional({ default: false, description: 'Also say how the route was found' })
  @IsOptional()
  @IsBoolean()
  explain?: boolean;
}

/** Body of `POST /v1/context`. */
export class ContextBody extends PassagesBody {
  @ApiPropertyOptional({ minimum: 100, maximum: contextTokensMax, default: contextTokensDefault })
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(contextTokensMax)
  tokens?: number;
}
