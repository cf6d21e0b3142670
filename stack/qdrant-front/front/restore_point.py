"""What a shard was before its segments were rewritten, for a process that dies while they are.

The engine swaps a rewritten segment in before it deletes the ones it replaces. A process killed in between leaves both on
disk, and opening them again may bring back points as they were before their last change (seen in qdrant-edge 0.9.0: about
one kill in 25 within the 30 ms after a rewrite). So all of a shard is kept until its rewriting is over: nothing is written
meanwhile, and a start that finds what was kept puts it back.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .durable_file import sync_directory

SEGMENTS = 'segments'


class RestorePoint:
    """Beside the shard, under a name of its own."""

    def __init__(self, shard: Path) -> None:
        self._shard = shard
        self._kept = shard.with_name(f'{shard.name}.kept')
        self._passing = shard.with_name(f'{shard.name}.passing')

    def keep(self) -> None:
        """Keep the shard, which was flushed, as it is.

        Files of segments are linked: rewriting removes them and makes others, but changes none. All else is copied.
        """
        self.discard()
        self._passing.mkdir()
        for entry in self._shard.iterdir():
            if entry.name == SEGMENTS:
                shutil.copytree(entry, self._passing / entry.name, copy_function=os.link)
            elif entry.is_dir():
                shutil.copytree(entry, self._passing / entry.name)
            else:
                shutil.copy2(entry, self._passing / entry.name)
        self._passing.rename(self._kept)

    def discard(self) -> None:
        """The shard itself counts again; what was kept goes under another name first, as removing takes several steps."""
        shutil.rmtree(self._passing, ignore_errors=True)
        if self._kept.exists():
            self._kept.rename(self._passing)
            sync_directory(self._shard.parent)
            shutil.rmtree(self._passing)

    def put_back(self) -> None:
        """What was kept becomes the shard again; if nothing was, the shard counts."""
        if self._kept.exists():
            shutil.rmtree(self._shard, ignore_errors=True)
            self._kept.rename(self._shard)
            sync_directory(self._shard.parent)
        shutil.rmtree(self._passing, ignore_errors=True)
