import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';

import type { Caller } from '#access';
import { BoardWatch, withoutDocuments, type Board } from '#board';

import { startEventStream } from './event-stream.js';
import { Needs, Who, type IdentifiedRequest } from './needs.js';

/**
 * What every stage is doing now, from the log and the ledger: the same whichever process is asked. How many documents
 * there are is for callers who have all namespaces.
 */
@ApiTags('operation')
@Controller('v1')
@Needs('read')
export class BoardController {
  constructor(private readonly watch: BoardWatch) {}

  @Get('board')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Stages with their processes, events per second, lag and documents in flight; open work' })
  async board(@Who() caller: Caller): Promise<Board> {
    return shownTo(caller, await this.watch.now());
  }

  @Get('events')
  @ApiOperation({ summary: 'The board as server-sent events named `board`, one every two seconds' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'A stream that ends when the client goes, its key ends, or the process stops' })
  @ApiServiceUnavailableResponse({ description: 'Too many clients watch already' })
  events(@Req() request: IdentifiedRequest, @Res() response: Response): void {
    // A key may be revoked while its stream goes on.
    const show = async (board: Board): Promise<void> => {
      const caller = await request.stillFrom?.();
      if (caller?.may('read') !== true) response.end();
      else if (!response.writableEnded) send('board', shownTo(caller, board));
    };
    // Shows the last board before it returns, if others watch.
    const end = this.watch.watch((board) => {
      if (board === undefined) response.end();
      else void show(board);
    });
    response.once('close', end);
    // One watcher too many was refused by now.
    const send = startEventStream(response);
  }
}

function shownTo(caller: Caller, board: Board): Board {
  return caller.namespaces === undefined ? board : withoutDocuments(board);
}
