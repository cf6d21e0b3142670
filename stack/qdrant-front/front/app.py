"""The ASGI application: reads a request, routes it, and wraps the outcome in the server's envelope."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from .body import read_body
from .catalogue import Catalogue
from .failures import Refusal, format_error, from_engine
from .request import Request
from .routes import find_route
from .upkeep import Upkeep

JSON_HEADERS = [(b'content-type', b'application/json')]
TEXT_HEADERS = [(b'content-type', b'text/plain')]
STOPPING = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
log = logging.getLogger('qdrant-front')


class FrontApp:
    """Serves requests one after another: the engine does not let go of the interpreter, so threads would not help."""

    def __init__(self, catalogue: Catalogue, upkeep: Upkeep, largest_body: int) -> None:
        self._catalogue = catalogue
        self._upkeep = upkeep
        self._largest_body = largest_body

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope['type'] == 'lifespan':
            await self._live(receive, send)
            return
        started = time.perf_counter()
        status, headers, content = await self._answer(scope, receive, started)
        self._upkeep.note_request()
        headers = [*headers, (b'content-length', str(len(content)).encode())]
        await send({'type': 'http.response.start', 'status': status, 'headers': headers})
        await send({'type': 'http.response.body', 'body': content})

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self._upkeep.start()
        await send({'type': 'lifespan.startup.complete'})
        await receive()
        await self._upkeep.stop()
        await send({'type': 'lifespan.shutdown.complete'})

    async def _answer(self, scope: Any, receive: Any, started: float) -> tuple[int, Any, bytes]:
        try:
            raw = await read_body(scope, receive, self._largest_body)
            content = self._serve(scope, raw)
        except STOPPING:
            raise
        except BaseException as error:  # A panic of the engine is no Exception, and must not end the process.
            refusal = error if isinstance(error, Refusal) else from_engine(error)
            if refusal.status == 500:
                log.exception('%s %s failed', scope['method'], scope['path'])
            return refusal.status, JSON_HEADERS, _encode({'status': {'error': refusal.message}}, started)
        if isinstance(content, bytes):
            return 200, TEXT_HEADERS, content
        return 200, JSON_HEADERS, _encode(content, started)

    def _serve(self, scope: Any, raw: bytes) -> Any:
        segments = [unquote(part) for part in scope['raw_path'].decode('ascii').split('/') if part]
        handler, parameters = find_route(scope['method'], segments)
        query = dict(parse_qsl(scope['query_string'].decode('ascii')))
        outcome = handler(self._catalogue, Request(parameters, query, _parse(raw)))
        if isinstance(outcome, bytes) or (isinstance(outcome, dict) and 'version' in outcome):
            return outcome
        return {'result': outcome, 'status': 'ok'}


def _encode(content: dict[str, Any], started: float) -> bytes:
    return orjson.dumps(content | {'time': time.perf_counter() - started})


def _parse(raw: bytes) -> Any:
    if not raw:
        return {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise format_error(str(error)) from None
    if not isinstance(body, dict):
        raise format_error('invalid type: expected a JSON object')
    return body
