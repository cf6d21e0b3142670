"""Handlers of the collections' own endpoints, and of the service's."""

from __future__ import annotations

from typing import Any

from .answers import show_update
from .catalogue import Catalogue
from .fields import Body, optional
from .payload_indexes import parse_index
from .request import Request

# The REST interface this front follows; clients compare it with their own version.
REST_VERSION = '1.18.0'
KEPT = (
    'vectors', 'sparse_vectors', 'hnsw_config', 'optimizers_config', 'wal_config', 'quantization_config',
    'on_disk_payload', 'shard_number', 'replication_factor', 'write_consistency_factor', 'metadata',
)  # fmt: skip


def root(catalogue: Catalogue, request: Request) -> Body:
    """Name and version."""
    return {'title': 'qdrant - vector search engine', 'version': REST_VERSION, 'commit': 'qdrant-edge'}


def health(catalogue: Catalogue, request: Request) -> bytes:
    """Answering is being healthy."""
    return b'healthz check passed'


def list_collections(catalogue: Catalogue, request: Request) -> Body:
    """Every collection's name."""
    return {'collections': [{'name': name} for name in catalogue.names()]}


def collection_exists(catalogue: Catalogue, request: Request) -> Body:
    """Whether there is such a collection."""
    return {'exists': catalogue.has(request.collection)}


def collection_info(catalogue: Catalogue, request: Request) -> Body:
    """Configuration, counts and indexes."""
    return catalogue.get(request.collection).info()


def create_collection(catalogue: Catalogue, request: Request) -> bool:
    """Create it, or 409."""
    optional(request.body, 'metadata', dict)
    config = {name: request.body[name] for name in KEPT if request.body.get(name) is not None}
    catalogue.create(request.collection, config)
    return True


def _merge(old: Body, new: Body) -> Body:
    """Merge as the server merges payloads: null removes a key; an empty object removes everything."""
    if not new:
        return {}
    return {key: value for key, value in (old | new).items() if value is not None}


def update_collection(catalogue: Catalogue, request: Request) -> bool:
    """Merge metadata and optimizer settings into the configuration."""
    collection = catalogue.get(request.collection)
    config = dict(collection.config)
    for name in ('metadata', 'optimizers_config'):
        change = optional(request.body, name, dict)
        if change is not None:
            config[name] = _merge(config.get(name) or {}, change)
    collection.configure(config)
    return True


def delete_collection(catalogue: Catalogue, request: Request) -> bool:
    """Delete it; false if there was none."""
    return catalogue.delete(request.collection)


def create_index(catalogue: Catalogue, request: Request) -> Any:
    """Index a payload field."""
    collection = catalogue.get(request.collection)
    return show_update(collection.create_index(*parse_index(request.body)), request.wait)


def delete_index(catalogue: Catalogue, request: Request) -> Any:
    """Drop a payload field's index."""
    return show_update(catalogue.get(request.collection).delete_index(request.path[1]), request.wait)
