"""Flushing and indexing between requests.

The engine has no threads of its own for this and holds the interpreter's lock while it works, so nothing is served
during a run. Runs are therefore small and many: a segment is indexed as soon as it has a few thousand points (about a
second for 4,096 points of 1,536 dimensions on two cores), in a pause between requests if there is one.
"""

from __future__ import annotations

import asyncio
import logging
import time

from .catalogue import Catalogue
from .collection import Collection

TICK_SECONDS = 0.25
QUIET_SECONDS = 0.5
REWRITES_WHEN_QUIET = 2048
REWRITES_AT_MOST = 4096

log = logging.getLogger('qdrant-front')


class Upkeep:
    """Decides when each collection is flushed and optimized."""

    def __init__(self, catalogue: Catalogue, flush_seconds: float) -> None:
        self._catalogue = catalogue
        self._flush_seconds = flush_seconds
        self._served_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    def note_request(self) -> None:
        """Remember that a request was served just now."""
        self._served_at = time.monotonic()

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, and wait for the end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for collection in self._catalogue.all():
                try:
                    self._tend(collection)
                except Exception:
                    # A full disk must not end upkeep: the next tick may find room again.
                    log.exception('upkeep of collection %r failed', collection.name)
                await asyncio.sleep(0)

    def _tend(self, collection: Collection) -> None:
        quiet = time.monotonic() - self._served_at >= QUIET_SECONDS
        if collection.rewritten_since_optimize >= (REWRITES_WHEN_QUIET if quiet else REWRITES_AT_MOST):
            collection.optimize()
        elif collection.changed_since_flush and time.monotonic() - collection.flushed_at >= self._flush_seconds:
            collection.flush()
