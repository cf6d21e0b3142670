import type { ServerResponse } from 'node:http';

/** What a slow client may leave unread: then it has missed events anyway, and is better off connecting anew. */
const unreadBytesMax = 256 * 1024;

/**
 * Begins a stream of server-sent events. Proxies are told to pass them on as they come.
 * @returns what sends one event; a client that doesn't read is cut off.
 */
export function startEventStream(response: ServerResponse): (name: string, data: unknown) => void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  return (name, data) => {
    if (response.writableLength > unreadBytesMax) response.destroy();
    else response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}
