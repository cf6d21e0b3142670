"""What a read returns and in which order: payload, vector and order selectors."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .failures import format_error
from .fields import Body, optional, required, strings, typed


def parse_with_payload(value: Any, default: bool) -> Any:
    """Parse `with_payload`: a flag, a list of keys, or keys to include or exclude."""
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return edge.PayloadSelector.Include(strings(value, 'with_payload'))
    body = typed(value, dict, 'with_payload')
    if 'include' in body:
        return edge.PayloadSelector.Include(strings(body['include'], 'include'))
    if 'exclude' in body:
        return edge.PayloadSelector.Exclude(strings(body['exclude'], 'exclude'))
    raise format_error('data did not match any variant of untagged enum WithPayloadInterface')


def parse_with_vector(value: Any) -> bool | list[str]:
    """Parse `with_vector`: a flag or a list of names."""
    if value is None:
        return False
    return value if isinstance(value, bool) else strings(value, 'with_vector')


def parse_order_by(value: Any) -> edge.OrderBy:
    """Parse `order_by`: a key, or a key with direction and start."""
    if isinstance(value, str):
        return edge.OrderBy(value)
    body: Body = typed(value, dict, 'order_by')
    direction = optional(body, 'direction', str)
    if direction not in (None, 'asc', 'desc'):
        raise format_error(f'unknown variant `{direction}`, expected `asc` or `desc`')
    return edge.OrderBy(
        required(body, 'key', str),
        edge.Direction.Desc if direction == 'desc' else edge.Direction.Asc,
        body.get('start_from'),
    )
