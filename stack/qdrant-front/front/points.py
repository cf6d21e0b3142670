"""The two forms of an upsert body, a list of points and a batch of columns, to engine points."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .collection_config import VectorSpec
from .failures import bad_request, format_error, invalid
from .fields import Body, required, typed
from .point_ids import parse_point_id
from .vectors import parse_vectors


def _payload(value: Any) -> Body | None:
    return None if value is None else typed(value, dict, 'payload')


def parse_points(spec: VectorSpec, body: Body) -> list[edge.Point]:
    """Parse every point before any is written; an upsert with a bad point changes nothing."""
    if 'batch' in body:
        return _parse_batch(spec, required(body, 'batch', dict))
    points = required(body, 'points', list)
    if not points:
        raise bad_request('Empty update request')
    return [_parse_point(spec, typed(point, dict, 'points')) for point in points]


def _parse_point(spec: VectorSpec, point: Body) -> edge.Point:
    if 'id' not in point:
        raise format_error('missing field `id`')
    if 'vector' not in point:
        raise format_error('missing field `vector`')
    return edge.Point(
        parse_point_id(point['id']), parse_vectors(spec, point['vector']), _payload(point.get('payload'))
    )


def _parse_batch(spec: VectorSpec, batch: Body) -> list[edge.Point]:
    ids = required(batch, 'ids', list)
    if not ids:
        raise bad_request('Empty update request')
    vectors = batch.get('vectors')
    payloads = batch.get('payloads') or [None] * len(ids)
    columns = list(vectors.values()) if isinstance(vectors, dict) else [vectors]
    for column in [*columns, payloads]:
        if len(typed(column, list, 'batch')) != len(ids):
            raise invalid('batch', 'number of ids, vectors and payloads must be the same')
    if isinstance(vectors, dict):
        rows = [{name: column[i] for name, column in vectors.items()} for i in range(len(ids))]
    else:
        rows = vectors
    return [
        edge.Point(parse_point_id(point), parse_vectors(spec, row), _payload(payload))
        for point, row, payload in zip(ids, rows, payloads)
    ]


def parse_point_vectors(spec: VectorSpec, body: Body) -> list[edge.PointVectors]:
    """Parse the points of a vectors-only update."""
    rows = [typed(point, dict, 'points') for point in required(body, 'points', list)]
    if any('id' not in row or 'vector' not in row for row in rows):
        raise format_error('missing field `id` or `vector`')
    return [edge.PointVectors(parse_point_id(row['id']), parse_vectors(spec, row['vector'])) for row in rows]
