"""Read a request's body up to the limit."""

from __future__ import annotations

from typing import Any

from .failures import Refusal


def _too_large(size: int, limit: int) -> Refusal:
    return Refusal(413, f'Payload error: JSON payload ({size} bytes) is larger than allowed (limit: {limit} bytes).')


async def read_body(scope: Any, receive: Any, limit: int) -> bytes:
    """Return the whole body, or refuse with 413.

    A body over the limit is read to its end without keeping it: a client that is still sending would see a reset
    connection in place of the answer.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message['type'] == 'http.disconnect':
            raise Refusal(400, 'Payload error: the client went away')
        chunk: bytes = message.get('body', b'')
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
        if not message.get('more_body', False):
            break
    if size > limit:
        raise _too_large(size, limit)
    return chunks[0] if len(chunks) == 1 else b''.join(chunks)
