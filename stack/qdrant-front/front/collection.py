"""One collection: the engine's shard, its configuration file, and the work that waits for the background."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import qdrant_edge as edge

from .answers import show_record, show_scored
from .collection_config import engine_config, vector_spec
from .durable_file import read_json, sync_directory, write_durably
from .failures import not_found
from .fields import Body
from .payload_indexes import show_indexes
from .point_ids import PointId
from .queries import Scope, parse_query
from .restore_point import RestorePoint
from .shown_config import show_config
from .updates import Change

CONFIG_FILE = 'collection.json'
SHARD = 'shard'


class Collection:
    """Reads and writes of one collection. Calls do not overlap: the engine holds the interpreter's lock."""

    def __init__(self, directory: Path, stored: Body, shard: edge.EdgeShard) -> None:
        self.directory = directory
        self.name: str = stored['name']
        self.config: Body = stored['config']
        self.index_params: dict[str, Body] = stored['indexes']
        self.spec = vector_spec(self.config)
        self.scope = Scope(self.spec, self._stored_vector)
        self.changed_since_flush = False
        self.rewritten_since_optimize = 0
        self.flushed_at = time.monotonic()
        self._shard = shard
        self._restore_point = RestorePoint(directory / SHARD)
        self._operations = 0

    @classmethod
    def create(cls, parent: Path, name: str, config: Body) -> Collection:
        """Create on disk. The configuration file is written last: a directory without one is a creation cut short."""
        directory = parent / uuid4().hex
        options = engine_config(config)
        try:
            (directory / SHARD).mkdir(parents=True)
            shard = edge.EdgeShard.create(str(directory / SHARD), options)
            shard.flush()
            stored: Body = {'name': name, 'config': config, 'indexes': {}}
            write_durably(directory / CONFIG_FILE, stored)
            sync_directory(parent)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        return cls(directory, stored, shard)

    @classmethod
    def load(cls, directory: Path) -> Collection | None:
        """Open from disk, replaying the write-ahead log; None (and removed) if creation or deletion was cut short."""
        if not (directory / CONFIG_FILE).exists():
            shutil.rmtree(directory)
            return None
        RestorePoint(directory / SHARD).put_back()
        collection = cls(directory, read_json(directory / CONFIG_FILE), edge.EdgeShard.load(str(directory / SHARD)))
        collection.changed_since_flush = True
        return collection

    def _save(self) -> None:
        content = {'name': self.name, 'config': self.config, 'indexes': self.index_params}
        write_durably(self.directory / CONFIG_FILE, content)

    def remove(self) -> None:
        """Delete from disk; gone for good once the configuration file is."""
        (self.directory / CONFIG_FILE).unlink()
        sync_directory(self.directory)
        self._shard.close()
        shutil.rmtree(self.directory)

    def configure(self, config: Body) -> None:
        """Replace the configuration that clients see (metadata and the like); the vectors stay."""
        self.config = config
        self._save()

    def apply(self, change: Change) -> int:
        """Apply one change and return its number.

        The engine has written it to its log, a memory-mapped file, when this returns: kill -9 does not undo it.
        """
        self._operations += 1
        self.changed_since_flush = True
        self.rewritten_since_optimize += change.rewrites
        self._shard.update(change.operation)
        return self._operations

    def create_index(self, field: str, operation: edge.UpdateOperation, params: Body) -> int:
        """Index a payload field. Flushed at once: an index is rare, and rebuilding one at start-up is slow."""
        number = self.apply(Change(operation, 0))
        self._shard.flush()
        self.index_params[field] = params
        self._save()
        return number

    def delete_index(self, field: str) -> int:
        """Drop the index of a payload field."""
        number = self.apply(Change(edge.UpdateOperation.delete_field_index(field), 0))
        self._shard.flush()
        self.index_params.pop(field, None)
        self._save()
        return number

    def flush(self) -> None:
        """Write everything to the segments and shorten the log."""
        self._shard.flush()
        self.changed_since_flush = False
        self.flushed_at = time.monotonic()

    def optimize(self) -> None:
        """Build the vector indexes of new segments and drop deleted points: all of it, or nothing if the process dies."""
        self.rewritten_since_optimize = 0
        self.flush()
        self._restore_point.keep()
        try:
            self._shard.optimize()
            # The first makes what was built durable and removes what it replaces; a second one, what the first could not.
            self.flush()
            self.flush()
        finally:
            self._restore_point.discard()  # Whatever came of it: what is written from now on is in the shard alone.

    def close(self) -> None:
        """Flush and release the files."""
        self._shard.flush()
        self._shard.close()

    def _stored_vector(self, point: PointId, name: str) -> Any:
        for record in self._shard.retrieve([point], False, True):
            return record.vector.get(name) if isinstance(record.vector, dict) else record.vector
        return None

    def retrieve(self, ids: list[PointId], with_payload: Any, with_vector: Any) -> list[Body]:
        """Points by id, in the order asked for; unknown ids are left out."""
        found = {record.id: record for record in self._shard.retrieve(ids, with_payload, with_vector)}
        return [show_record(found[point]) for point in dict.fromkeys(ids) if point in found]

    def retrieve_one(self, point: PointId) -> Body:
        """One point with everything it has, or a 404."""
        records = self.retrieve([point], True, True)
        if not records:
            raise not_found(f'Point with id {point} does not exists!')
        return records[0]

    def scroll(self, request: edge.ScrollRequest) -> Body:
        """One page of points and the id the next one starts at."""
        records, following = self._shard.scroll(request)
        return {'points': [show_record(record) for record in records], 'next_page_offset': following}

    def count(self, request: edge.CountRequest) -> int:
        """How many points match."""
        return self._shard.count(request)

    def query(self, body: Body) -> list[Body]:
        """The points a query finds, best first."""
        request = parse_query(self.scope, body)
        points = [show_scored(point) for point in self._shard.query(request)]
        if not request.with_vector:
            for point in points:
                point.pop('vector', None)  # Diversifying (MMR) needs the vectors, and the engine leaves them in.
        return points

    def facet(self, request: edge.FacetRequest) -> list[Body]:
        """The most frequent values of an indexed payload field."""
        return [{'value': hit.value, 'count': hit.count} for hit in self._shard.facet(request)]

    def info(self) -> Body:
        """The collection as `GET /collections/{name}` shows it."""
        info = self._shard.info()
        return {
            'status': 'green',
            'optimizer_status': 'ok',
            'indexed_vectors_count': info.indexed_vectors_count,
            'points_count': info.points_count,
            'segments_count': info.segments_count,
            'config': show_config(self.config),
            'payload_schema': show_indexes(info.payload_schema, self.index_params),
            'update_queue': {'length': 0},
        }
