"""Engine records to the JSON of the server. Point ids stay as they are: the encoder writes UUIDs itself."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .fields import Body
from .vectors import show_vectors


def _contents(record: Any) -> Body:
    shown: Body = {}
    if record.payload is not None:
        shown['payload'] = record.payload
    if record.vector is not None:
        shown['vector'] = show_vectors(record.vector)
    if record.order_value is not None:
        shown['order_value'] = record.order_value
    return shown


def show_record(record: edge.Record) -> Body:
    """Show a retrieved or scrolled point."""
    return {'id': record.id, **_contents(record)}


def show_scored(point: edge.ScoredPoint) -> Body:
    """Show a found point."""
    return {'id': point.id, 'version': point.version, 'score': point.score, **_contents(point)}


def show_update(operation_id: int, wait: bool) -> Body:
    """Show an update's outcome. It is applied either way; without `wait` the server only promises that it will be."""
    return {'operation_id': operation_id, 'status': 'completed' if wait else 'acknowledged'}
