import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import type { Caller, Scope } from '#access';

import { Needs, Who } from './needs.js';

/** What `GET /v1/whoami` answers. */
export interface Whoami {
  readonly kind: Caller['kind'];
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null: all there are. */
  readonly namespaces: readonly string[] | null;
}

@ApiTags('access')
@Controller('v1/whoami')
@Needs()
export class WhoamiController {
  @Get()
  @ApiOperation({ summary: 'Whose the key or token of this request is, and what it may do' })
  whoami(@Who() { kind, id, name, scopes, namespaces }: Caller): Whoami {
    return { kind, id, name, scopes, namespaces: namespaces ?? null };
  }
}
