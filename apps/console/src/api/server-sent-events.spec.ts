import { describe, expect, it } from '@jest/globals';

import { eventsOf, type ServerSentEvent } from './server-sent-events.js';

async function read(pieces: readonly string[]): Promise<ServerSentEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const events: ServerSentEvent[] = [];
  for await (const event of eventsOf(body)) events.push(event);
  return events;
}

describe('a stream of server-sent events', () => {
  it('is read across the borders of what comes in at once', async () => {
    const events = await read(['event: bo', 'ard\ndata: {"a"', ':1}\n\nevent: board\ndata: 2\n', '\n']);

    expect(events).toEqual([
      { name: 'board', data: '{"a":1}' },
      { name: 'board', data: '2' },
    ]);
  });

  it('joins lines of data, skips comments, and leaves out what was cut off', async () => {
    const events = await read([': still here\n\ndata: one\ndata: two\n\nevent: board\ndata: half']);

    expect(events).toEqual([{ name: 'message', data: 'one\ntwo' }]);
  });
});
