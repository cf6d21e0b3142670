"""JSON filter to engine filter."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .failures import bad_request, format_error
from .fields import Body, as_list, optional, optional_number, required, typed
from .point_ids import parse_point_id


def parse_filter(value: Any) -> edge.Filter | None:
    """Parse a filter that may be absent; an empty object matches every point."""
    return None if value is None else require_filter(value)


def require_filter(value: Any) -> edge.Filter:
    """Parse a filter that must be there."""
    body = typed(value, dict, 'filter')
    unknown = set(body) - {'must', 'should', 'must_not', 'min_should'}
    if unknown:
        expected = '`should`, `min_should`, `must`, `must_not`'
        raise format_error(f'unknown field `{sorted(unknown)[0]}`, expected one of {expected}')
    return edge.Filter(
        must=_conditions(body.get('must')),
        should=_conditions(body.get('should')),
        must_not=_conditions(body.get('must_not')),
        min_should=_min_should(optional(body, 'min_should', dict)),
    )


def _conditions(value: Any) -> list[Any] | None:
    return [_condition(typed(item, dict, 'condition')) for item in as_list(value)] or None


def _min_should(body: Body | None) -> edge.MinShould | None:
    if body is None:
        return None
    return edge.MinShould(_conditions(required(body, 'conditions', list)) or [], required(body, 'min_count', int))


def _condition(body: Body) -> Any:
    if 'has_id' in body:
        return edge.HasIdCondition({parse_point_id(item) for item in required(body, 'has_id', list)})
    if 'has_vector' in body:
        return edge.HasVectorCondition(required(body, 'has_vector', str))
    if 'nested' in body:
        nested = required(body, 'nested', dict)
        return edge.NestedCondition(required(nested, 'key', str), require_filter(required(nested, 'filter', dict)))
    if 'key' in body:
        return _field_condition(body)
    if 'is_empty' in body:
        return edge.IsEmptyCondition(required(required(body, 'is_empty', dict), 'key', str))
    if 'is_null' in body:
        return edge.IsNullCondition(required(required(body, 'is_null', dict), 'key', str))
    return require_filter(body)


def _field_condition(body: Body) -> edge.FieldCondition:
    parts: dict[str, Any] = {}
    if body.get('match') is not None:
        parts['match'] = _match(required(body, 'match', dict))
    if body.get('range') is not None:
        parts['range'] = _range(required(body, 'range', dict))
    if body.get('values_count') is not None:
        parts['values_count'] = edge.ValuesCount(**_bounds(required(body, 'values_count', dict), int))
    for name in ('is_empty', 'is_null'):
        if body.get(name) is not None:
            parts[name] = required(body, name, bool)
    for name, parse in GEO.items():
        if body.get(name) is not None:
            parts[name] = parse(required(body, name, dict))
    if not parts:
        raise bad_request('Validation failed: at least one field condition must be specified')
    return edge.FieldCondition(key=required(body, 'key', str), **parts)


def _match(body: Body) -> Any:
    if 'value' in body:
        return edge.MatchValue(_exact(body['value']))
    if 'any' in body:
        return edge.MatchAny(required(body, 'any', list))
    if 'except' in body:
        return edge.MatchExcept(required(body, 'except', list))
    for name, kind in (('text', edge.MatchText), ('text_any', edge.MatchTextAny), ('phrase', edge.MatchPhrase)):
        if name in body:
            return kind(required(body, name, str))
    raise format_error('data did not match any variant of untagged enum Match')


class _Flag:
    """A truth value that cannot be taken for a number.

    The engine's binding tries integers before booleans, and Python's True is an integer: a plain True would be matched
    as 1, find nothing, and not use the index. Of other types the binding takes only numpy's for a boolean.
    """

    def __init__(self, value: bool) -> None:
        self._value = value

    def __bool__(self) -> bool:
        return self._value


_Flag.__name__ = 'bool_'
_Flag.__module__ = 'numpy'


def _exact(value: Any) -> Any:
    if isinstance(value, bool):
        return _Flag(value)
    if isinstance(value, (int, str)):
        return value
    raise format_error('data did not match any variant of untagged enum Match')


def _bounds(body: Body, kind: type) -> Body:
    unknown = set(body) - {'lt', 'gt', 'lte', 'gte'}
    if unknown:
        raise format_error(f'unknown field `{sorted(unknown)[0]}`, expected one of `lt`, `gt`, `gte`, `lte`')
    return {name: typed(bound, kind, name) for name, bound in body.items() if bound is not None}


def _range(body: Body) -> Any:
    if any(isinstance(bound, str) for bound in body.values()):
        return edge.RangeDateTime(**_bounds(body, str))
    return edge.RangeFloat(**{name: optional_number(body, name) for name in _bounds(body, object)})


def _geo_point(body: Body) -> edge.GeoPoint:
    lon, lat = optional_number(body, 'lon'), optional_number(body, 'lat')
    if lon is None or lat is None:
        raise format_error('a geo point needs `lon` and `lat`')
    return edge.GeoPoint(lon, lat)


def _bounding_box(body: Body) -> edge.GeoBoundingBox:
    return edge.GeoBoundingBox(
        _geo_point(required(body, 'top_left', dict)), _geo_point(required(body, 'bottom_right', dict))
    )


def _radius(body: Body) -> edge.GeoRadius:
    radius = optional_number(body, 'radius')
    if radius is None:
        raise format_error('missing field `radius`')
    return edge.GeoRadius(_geo_point(required(body, 'center', dict)), radius)


def _line(body: Body) -> list[edge.GeoPoint]:
    return [_geo_point(typed(point, dict, 'points')) for point in required(body, 'points', list)]


def _polygon(body: Body) -> edge.GeoPolygon:
    interiors = [_line(typed(line, dict, 'interiors')) for line in as_list(body.get('interiors'))]
    return edge.GeoPolygon(_line(required(body, 'exterior', dict)), interiors or None)


GEO = {'geo_bounding_box': _bounding_box, 'geo_radius': _radius, 'geo_polygon': _polygon}
