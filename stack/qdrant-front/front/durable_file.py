"""Replace a small JSON file so that a crash leaves the old or the new content, never a torn one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson


def sync_directory(directory: Path) -> None:
    """Make renames and removals inside the directory durable."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: Any) -> None:
    """Write to a temporary file, fsync, rename over the old file, fsync the directory."""
    temporary = path.with_suffix('.tmp')
    with open(temporary, 'wb') as file:
        file.write(orjson.dumps(content))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_directory(path.parent)


def read_json(path: Path) -> Any:
    """Read what write_durably wrote."""
    return orjson.loads(path.read_bytes())
