"""All collections of a data directory, by name."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import TextIO

from .collection import Collection
from .failures import Refusal, conflict, not_found
from .fields import Body

FORBIDDEN = '<>:"/\\|?*\0\x1f'
LONGEST_NAME = 255


class DataDirectoryBusy(Exception):
    """Another process serves this data directory; two writers would destroy it."""


def check_name(name: str) -> None:
    """Refuse the names the server refuses."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refusal(422, f'Validation error in path: [name: length must be from 1 to {LONGEST_NAME}]')
    for character in FORBIDDEN:
        if character in name:
            raise Refusal(
                422, f'Validation error in path: [name: collection name cannot contain "{character}" char]'
            )


class Catalogue:
    """Opens, creates and deletes collections. Directories have random names, so a name may be any text."""

    def __init__(self, data: Path) -> None:
        """Lock the directory and open every collection in it; raises DataDirectoryBusy."""
        self._parent = data / 'collections'
        self._parent.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(data / 'lock')
        loaded = (Collection.load(directory) for directory in sorted(self._parent.iterdir()))
        self._collections = {collection.name: collection for collection in loaded if collection}

    def names(self) -> list[str]:
        """Every collection's name."""
        return sorted(self._collections)

    def all(self) -> list[Collection]:
        """Every collection."""
        return list(self._collections.values())

    def has(self, name: str) -> bool:
        """Whether the collection exists."""
        return name in self._collections

    def get(self, name: str) -> Collection:
        """The collection, or a 404."""
        try:
            return self._collections[name]
        except KeyError:
            raise not_found(f"Collection `{name}` doesn't exist!") from None

    def create(self, name: str, config: Body) -> None:
        """Create a collection, or refuse with 409."""
        check_name(name)
        if name in self._collections:
            raise conflict(f'Collection `{name}` already exists!')
        self._collections[name] = Collection.create(self._parent, name, config)

    def delete(self, name: str) -> bool:
        """Delete a collection; False if there is none of that name."""
        collection = self._collections.pop(name, None)
        if collection is None:
            return False
        collection.remove()
        return True

    def close(self) -> None:
        """Flush and close every collection, then let go of the directory."""
        for collection in self._collections.values():
            collection.close()
        self._collections = {}
        self._lock.close()


def _lock(path: Path) -> TextIO:
    """Hold a lock that the kernel lets go of however the process ends."""
    file = open(path, 'w', encoding='utf-8')
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise DataDirectoryBusy(f'{path.parent} is in use by another process') from None
    return file
