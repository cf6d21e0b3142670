"""Point ids: unsigned 64-bit integers or UUIDs in any of their spellings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from .failures import format_error

PointId = int | UUID
LARGEST = 2**64 - 1


def parse_point_id(value: Any) -> PointId:
    """Parse an id, refusing what the server refuses; one UUID has one id however it is spelled."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return value
    if isinstance(value, str):
        try:
            return UUID(value)
        except ValueError:
            pass
    raise format_error(f'value {value} is not a valid point ID, valid values are either an unsigned integer or a UUID')


def parse_path_id(text: str) -> PointId:
    """Parse an id that came in the path, where numbers are text."""
    return parse_point_id(int(text) if text.isascii() and text.isdigit() else text)
