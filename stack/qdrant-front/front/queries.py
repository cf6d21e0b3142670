"""JSON queries to engine queries: nearest, fusion, order, sample, and prefetches nested to any depth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import qdrant_edge as edge

from .collection_config import VectorSpec
from .failures import bad_request, format_error, not_found, not_implemented, wrong_input
from .fields import Body, as_list, bounded, optional, optional_number, required, typed
from .filters import parse_filter
from .point_ids import PointId, parse_point_id
from .selectors import parse_order_by, parse_with_payload, parse_with_vector
from .vectors import DEFAULT_NAME, parse_named

LIMIT = 10
RRF_K = 2
UNSERVED = ('recommend', 'discover', 'context', 'formula', 'relevance_feedback')


@dataclass(frozen=True)
class Scope:
    """What parsing needs of the collection: its vectors, and the stored vector of a point a query names by id."""

    spec: VectorSpec
    stored: Callable[[PointId, str], Any]


def _using(body: Body) -> str:
    return optional(body, 'using', str) or DEFAULT_NAME


def _known(scope: Scope, name: str) -> None:
    if name not in scope.spec.dense and name not in scope.spec.sparse:
        raise wrong_input(f'Not existing vector name error: {name}')


def _vector(scope: Scope, value: Any, name: str) -> tuple[Any, PointId | None]:
    """The vector to search by, and the id of the point it was taken from: that point is no result of its own query."""
    _known(scope, name)
    if not isinstance(value, (int, str)):
        if isinstance(value, dict) and 'indices' not in value:
            raise not_implemented('inference')
        return parse_named(scope.spec, name, value), None
    point = parse_point_id(value)
    stored = scope.stored(point, name)
    if stored is None:
        raise not_found(f'No point with id {point} found')
    return stored, point


def _mmr(vector: Any, name: str, mmr: Body, limit: int) -> edge.Mmr:
    diversity = optional_number(mmr, 'diversity')
    # The engine's lambda weighs relevance, the server's field weighs diversity.
    relevance = 1.0 - (0.5 if diversity is None else diversity)
    return edge.Mmr(vector, relevance, optional(mmr, 'candidates_limit', int) or limit, using=name)


def _rrf(k: int, weights: list[Any] | None) -> Any:
    return edge.Fusion.Rrf(k, [float(weight) for weight in weights] if weights else None)


def _fusion(name: Any) -> Any:
    if name == 'rrf':
        return _rrf(RRF_K, None)
    if name == 'dbsf':
        return edge.Fusion.Dbsf()
    raise format_error(f'unknown variant `{name}`, expected `rrf` or `dbsf`')


def _special(query: Body) -> Any:
    """A query without a vector of its own; None if it has one."""
    if 'fusion' in query:
        return _fusion(query['fusion'])
    if 'rrf' in query:
        rrf = required(query, 'rrf', dict)
        return _rrf(bounded(rrf, 'k', RRF_K, 1), optional(rrf, 'weights', list))
    if 'order_by' in query:
        return parse_order_by(query['order_by'])
    if 'sample' in query:
        if query['sample'] != 'random':
            raise format_error(f'unknown variant `{query["sample"]}`, expected `random`')
        return edge.Sample.Random
    for name in UNSERVED:
        if name in query:
            raise not_implemented(f'the {name} query')
    return None


def _query(scope: Scope, body: Body, limit: int) -> tuple[Any, PointId | None]:
    query, name = body.get('query'), _using(body)
    if query is None:
        return None, None
    mmr = None
    if isinstance(query, dict):
        special = _special(query)
        if special is not None:
            return special, None
        if 'nearest' in query:
            mmr, query = optional(query, 'mmr', dict), query['nearest']
    vector, origin = _vector(scope, query, name)
    if mmr is not None:
        return _mmr(vector, name, mmr, limit), origin
    return edge.Query.Nearest(vector, using=name), origin


def _params(value: Any) -> edge.SearchParams | None:
    if value is None:
        return None
    body = typed(value, dict, 'params')
    return edge.SearchParams(
        hnsw_ef=optional(body, 'hnsw_ef', int),
        exact=optional(body, 'exact', bool) or False,
        indexed_only=optional(body, 'indexed_only', bool) or False,
    )


def _filter(body: Body, origin: PointId | None) -> edge.Filter | None:
    given = parse_filter(body.get('filter'))
    if origin is None:
        return given
    return edge.Filter(must=[given] if given else None, must_not=[edge.HasIdCondition({origin})])


def _stage(scope: Scope, body: Body) -> dict[str, Any]:
    """The parts that a prefetch and the whole query have in common."""
    if body.get('lookup_from') is not None:
        raise not_implemented('lookup_from')
    limit = bounded(body, 'limit', LIMIT, 1)
    query, origin = _query(scope, body, limit)
    prefetches = [_prefetch(scope, typed(stage, dict, 'prefetch')) for stage in as_list(body.get('prefetch'))]
    if prefetches and query is None:
        raise bad_request('Validation failed: A query is needed to merge the prefetches')
    return {
        'limit': limit,
        'query': query,
        'prefetches': prefetches,
        'params': _params(body.get('params')),
        'filter': _filter(body, origin),
        'score_threshold': optional_number(body, 'score_threshold'),
    }


def _prefetch(scope: Scope, body: Body) -> edge.Prefetch:
    return edge.Prefetch(**_stage(scope, body))


def parse_query(scope: Scope, body: Body) -> edge.QueryRequest:
    """Parse a query request; without a query it returns whatever the filter lets through."""
    return edge.QueryRequest(
        **_stage(scope, body),
        offset=bounded(body, 'offset', 0, 0),
        with_payload=parse_with_payload(body.get('with_payload'), False),
        with_vector=parse_with_vector(body.get('with_vector')),
    )


def search_to_query(body: Body) -> Body:
    """Rewrite the older search body as a query: its vector carries the name."""
    vector = body.get('vector')
    if vector is None:
        raise format_error('missing field `vector`')
    if 'limit' not in body:
        raise format_error('missing field `limit`')
    query = {name: value for name, value in body.items() if name != 'vector'}
    if isinstance(vector, dict):
        return query | {'query': vector.get('vector'), 'using': vector.get('name')}
    return query | {'query': vector}
