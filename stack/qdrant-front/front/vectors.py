"""JSON vectors to engine vectors and back.

The engine applies an upsert point by point and stops at the first vector that does not fit, so everything it would
refuse is refused here, before the first point is written.
"""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .failures import format_error, invalid, wrong_input
from .fields import Body, required
from .collection_config import VectorSpec

DEFAULT_NAME = ''


def parse_sparse(body: Body) -> edge.SparseVector:
    """Parse a sparse vector; equal lengths and unique indices are not checked by the engine."""
    indices, values = required(body, 'indices', list), required(body, 'values', list)
    if len(indices) != len(values):
        raise invalid('values', 'must be the same length as indices')
    if len(set(indices)) != len(indices):
        raise invalid('indices', 'must be unique')
    return edge.SparseVector(indices, values)


def _check_dimension(expected: int, vector: list[Any]) -> None:
    if len(vector) != expected:
        raise wrong_input(f'Vector dimension error: expected dim: {expected}, got {len(vector)}')


def parse_named(spec: VectorSpec, name: str, value: Any) -> Any:
    """Parse one vector for the name it is stored or searched under."""
    if name in spec.sparse:
        if not isinstance(value, dict):
            raise wrong_input('Wrong usage of sparse vectors')
        return parse_sparse(value)
    size = spec.dense.get(name)
    if size is None:
        raise wrong_input(f'Not existing vector name error: {name}')
    if isinstance(value, dict) and 'indices' in value:
        raise wrong_input('Conversion between sparse and regular vectors failed')
    if not isinstance(value, list):
        raise format_error('data did not match any variant of untagged enum VectorStruct')
    if name in spec.multi:
        rows = value if value and isinstance(value[0], list) else [value]
        for row in rows:
            _check_dimension(size, row)
        return rows
    _check_dimension(size, value)
    return value


def parse_vectors(spec: VectorSpec, value: Any) -> Any:
    """Parse the `vector` of a point: a list for the unnamed vector, or a map by name."""
    if isinstance(value, list):
        return parse_named(spec, DEFAULT_NAME, value)
    if isinstance(value, dict):
        return {name: parse_named(spec, name, vector) for name, vector in value.items()}
    raise format_error('data did not match any variant of untagged enum VectorStruct')


def show_vectors(value: Any) -> Any:
    """Turn what the engine returns into the JSON of the server."""
    if isinstance(value, dict):
        return {name: show_vectors(vector) for name, vector in value.items()}
    if isinstance(value, edge.SparseVector):
        return {'indices': value.indices, 'values': value.values}
    return value
