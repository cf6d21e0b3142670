"""Typed reads from a JSON body, refusing with the server's wording."""

from __future__ import annotations

from typing import Any, TypeVar

from .failures import format_error, invalid

T = TypeVar('T')
Body = dict[str, Any]
NAMES = {dict: 'a map', list: 'a sequence', str: 'a string', int: 'an integer', bool: 'a boolean', float: 'a number'}


def typed(value: Any, kind: type[T], name: str) -> T:
    """Return the value if it is of the kind; JSON true is no integer although Python says so."""
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise format_error(f'invalid type for `{name}`: expected {NAMES[kind]}')


def required(body: Body, name: str, kind: type[T]) -> T:
    """Read a field that must be there."""
    value = body.get(name)
    if value is None:
        raise format_error(f'missing field `{name}`')
    return typed(value, kind, name)


def optional(body: Body, name: str, kind: type[T]) -> T | None:
    """Read a field that may be absent or null."""
    value = body.get(name)
    return None if value is None else typed(value, kind, name)


def optional_number(body: Body, name: str) -> float | None:
    """Read a field that holds any JSON number, or nothing."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise format_error(f'invalid type for `{name}`: expected a number')
    return float(value)


def bounded(body: Body, name: str, default: int, least: int) -> int:
    """Read an integer that has a lower bound, such as a limit."""
    value = optional(body, name, int)
    if value is None:
        return default
    if value < least:
        raise invalid(name, f'value {value} invalid, must be {least} or larger')
    return value


def strings(value: Any, name: str) -> list[str]:
    """Check a list of strings."""
    return [typed(item, str, name) for item in typed(value, list, name)]


def as_list(value: Any) -> list[Any]:
    """Qdrant takes one condition or prefetch where it takes a list of them."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
