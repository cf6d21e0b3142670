"""Each update endpoint's body to one engine operation; the batch endpoint names the same operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import qdrant_edge as edge

from .collection_config import VectorSpec
from .failures import bad_request, format_error, wrong_input
from .fields import Body, optional, required, strings, typed
from .filters import parse_filter
from .point_ids import PointId, parse_point_id
from .points import parse_point_vectors, parse_points

Operation = edge.UpdateOperation
MODES = {
    'upsert': edge.UpdateMode.Upsert,
    'insert_only': edge.UpdateMode.InsertOnly,
    'update_only': edge.UpdateMode.UpdateOnly,
}


@dataclass(frozen=True)
class Change:
    """An engine operation, and how many points it may rewrite: what indexing work is scheduled by."""

    operation: edge.UpdateOperation
    rewrites: int


def _target(body: Body) -> tuple[list[PointId] | None, edge.Filter | None]:
    """The points a change is for: ids win over a filter, as on the server."""
    if body.get('points') is not None:
        return [parse_point_id(point) for point in required(body, 'points', list)], None
    if body.get('filter') is not None:
        return None, parse_filter(body['filter'])
    raise bad_request('No filter or points provided')


def _upsert(spec: VectorSpec, body: Body) -> Change:
    mode = body.get('update_mode') or 'upsert'
    if mode not in MODES:
        raise format_error(f'unknown variant `{mode}`, expected one of `upsert`, `insert_only`, `update_only`')
    points = parse_points(spec, body)
    condition = parse_filter(body.get('update_filter'))
    return Change(Operation.upsert_points(points, condition, MODES[mode]), len(points))


def _delete(spec: VectorSpec, body: Body) -> Change:
    ids, condition = _target(body)
    if ids is not None:
        return Change(Operation.delete_points(ids), len(ids))
    return Change(Operation.delete_points_by_filter(condition), 1)


def _set_payload(spec: VectorSpec, body: Body) -> Change:
    ids, condition = _target(body)
    payload, key = required(body, 'payload', dict), optional(body, 'key', str)
    if ids is not None:
        return Change(Operation.set_payload(ids, payload, key), 0)
    return Change(Operation.set_payload_by_filter(condition, payload, key), 0)


def _overwrite_payload(spec: VectorSpec, body: Body) -> Change:
    ids, condition = _target(body)
    payload, key = required(body, 'payload', dict), optional(body, 'key', str)
    if ids is not None:
        return Change(Operation.overwrite_payload(ids, payload, key), 0)
    return Change(Operation.overwrite_payload_by_filter(condition, payload, key), 0)


def _delete_payload(spec: VectorSpec, body: Body) -> Change:
    ids, condition = _target(body)
    keys = strings(body.get('keys'), 'keys')
    if ids is not None:
        return Change(Operation.delete_payload(ids, keys), 0)
    return Change(Operation.delete_payload_by_filter(condition, keys), 0)


def _clear_payload(spec: VectorSpec, body: Body) -> Change:
    ids, condition = _target(body)
    if ids is not None:
        return Change(Operation.clear_payload(ids), 0)
    return Change(Operation.clear_payload_by_filter(condition), 0)


def _update_vectors(spec: VectorSpec, body: Body) -> Change:
    vectors = parse_point_vectors(spec, body)
    return Change(Operation.update_vectors(vectors, parse_filter(body.get('update_filter'))), len(vectors))


def _delete_vectors(spec: VectorSpec, body: Body) -> Change:
    ids, condition = _target(body)
    names = strings(body.get('vector'), 'vector')
    for name in names:
        if name not in spec.dense and name not in spec.sparse:
            raise wrong_input(f'Not existing vector name error: {name}')
    if ids is not None:
        return Change(Operation.delete_vectors(ids, names), len(ids))
    return Change(Operation.delete_vectors_by_filter(condition, names), 1)


PARSERS: dict[str, Callable[[VectorSpec, Body], Change]] = {
    'upsert': _upsert,
    'delete': _delete,
    'set_payload': _set_payload,
    'overwrite_payload': _overwrite_payload,
    'delete_payload': _delete_payload,
    'clear_payload': _clear_payload,
    'update_vectors': _update_vectors,
    'delete_vectors': _delete_vectors,
}


def parse_change(kind: str, spec: VectorSpec, body: Body) -> Change:
    """Parse the body of one update endpoint."""
    return PARSERS[kind](spec, body)


def parse_changes(spec: VectorSpec, body: Body) -> list[Change]:
    """Parse a batch: all of it, before the first operation is applied."""
    return [_parse_named(spec, entry) for entry in required(body, 'operations', list)]


def _parse_named(spec: VectorSpec, entry: Any) -> Change:
    operation = typed(entry, dict, 'operations')
    kinds = [kind for kind in operation if kind in PARSERS]
    if len(kinds) != 1:
        raise format_error('data did not match any variant of untagged enum UpdateOperation')
    return parse_change(kinds[0], spec, required(operation, kinds[0], dict))
