"""The endpoints: method and path to handler. `*` stands for one path segment, handed on as a parameter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import serve_collections as collections
from . import serve_points as points
from .catalogue import Catalogue
from .failures import not_found, not_implemented
from .request import Request

Handler = Callable[[Catalogue, Request], Any]

ROUTES: dict[tuple[str, str], Handler] = {
    ('GET', ''): collections.root,
    ('GET', 'healthz'): collections.health,
    ('GET', 'livez'): collections.health,
    ('GET', 'readyz'): collections.health,
    ('GET', 'collections'): collections.list_collections,
    ('GET', 'collections/*'): collections.collection_info,
    ('PUT', 'collections/*'): collections.create_collection,
    ('PATCH', 'collections/*'): collections.update_collection,
    ('DELETE', 'collections/*'): collections.delete_collection,
    ('GET', 'collections/*/exists'): collections.collection_exists,
    ('PUT', 'collections/*/index'): collections.create_index,
    ('DELETE', 'collections/*/index/*'): collections.delete_index,
    ('PUT', 'collections/*/points'): points.update('upsert'),
    ('POST', 'collections/*/points/delete'): points.update('delete'),
    ('POST', 'collections/*/points/payload'): points.update('set_payload'),
    ('PUT', 'collections/*/points/payload'): points.update('overwrite_payload'),
    ('POST', 'collections/*/points/payload/delete'): points.update('delete_payload'),
    ('POST', 'collections/*/points/payload/clear'): points.update('clear_payload'),
    ('PUT', 'collections/*/points/vectors'): points.update('update_vectors'),
    ('POST', 'collections/*/points/vectors/delete'): points.update('delete_vectors'),
    ('POST', 'collections/*/points/batch'): points.batch,
    ('POST', 'collections/*/points'): points.retrieve,
    ('GET', 'collections/*/points/*'): points.retrieve_one,
    ('POST', 'collections/*/points/scroll'): points.scroll,
    ('POST', 'collections/*/points/count'): points.count,
    ('POST', 'collections/*/points/query'): points.query,
    ('POST', 'collections/*/points/query/batch'): points.query_batch,
    ('POST', 'collections/*/points/search'): points.search,
    ('POST', 'collections/*/points/search/batch'): points.search_batch,
    ('POST', 'collections/*/facet'): points.facet,
}
BY_SHAPE = {(method, tuple(path.split('/')) if path else ()): handler for (method, path), handler in ROUTES.items()}
UNSERVED = {
    'aliases', 'snapshots', 'cluster', 'shards', 'groups', 'recommend', 'discover', 'matrix', 'vectors', 'telemetry',
    'metrics', 'issues', 'locks', 'optimizations',
}  # fmt: skip


def find_route(method: str, segments: list[str]) -> tuple[Handler, list[str]]:
    """Find the handler and its path parameters; 501 for parts of Qdrant that are not served, 404 for other paths."""
    exact = BY_SHAPE.get((method, _shape(segments, (1,))))
    if exact is not None:
        return exact, segments[1:2]
    handler = BY_SHAPE.get((method, _shape(segments, (1, 3))))
    if handler is not None:
        return handler, [segments[1], segments[3]]
    if UNSERVED & {*segments[:1], *segments[2:]}:
        raise not_implemented(f'{method} /{"/".join(segments)}')
    raise not_found(f'no endpoint {method} /{"/".join(segments)}')


def _shape(segments: list[str], parameters: tuple[int, ...]) -> tuple[str, ...]:
    return tuple('*' if place in parameters else segment for place, segment in enumerate(segments))
