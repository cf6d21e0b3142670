"""Handlers of the point endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qdrant_edge as edge

from .answers import show_update
from .catalogue import Catalogue
from .fields import Body, bounded, optional, required, typed
from .filters import parse_filter
from .point_ids import parse_path_id, parse_point_id
from .queries import search_to_query
from .request import Request
from .selectors import parse_order_by, parse_with_payload, parse_with_vector
from .updates import parse_change, parse_changes

PAGE = 10


def update(kind: str) -> Callable[[Catalogue, Request], Body]:
    """Make the handler of one kind of update."""

    def handler(catalogue: Catalogue, request: Request) -> Body:
        collection = catalogue.get(request.collection)
        return show_update(collection.apply(parse_change(kind, collection.spec, request.body)), request.wait)

    return handler


def batch(catalogue: Catalogue, request: Request) -> list[Body]:
    """Several updates in order."""
    collection = catalogue.get(request.collection)
    changes = parse_changes(collection.spec, request.body)
    return [show_update(collection.apply(change), request.wait) for change in changes]


def retrieve(catalogue: Catalogue, request: Request) -> list[Body]:
    """Points by id."""
    collection, body = catalogue.get(request.collection), request.body
    ids = [parse_point_id(point) for point in required(body, 'ids', list)]
    with_vector = parse_with_vector(body.get('with_vector'))
    return collection.retrieve(ids, parse_with_payload(body.get('with_payload'), True), with_vector)


def retrieve_one(catalogue: Catalogue, request: Request) -> Body:
    """One point by the id in the path."""
    return catalogue.get(request.collection).retrieve_one(parse_path_id(request.path[1]))


def scroll(catalogue: Catalogue, request: Request) -> Body:
    """A page of points in the order of their ids, or of a payload field."""
    collection, body = catalogue.get(request.collection), request.body
    offset, order = body.get('offset'), body.get('order_by')
    return collection.scroll(
        edge.ScrollRequest(
            offset=None if offset is None else parse_point_id(offset),
            limit=bounded(body, 'limit', PAGE, 1),
            filter=parse_filter(body.get('filter')),
            with_payload=parse_with_payload(body.get('with_payload'), True),
            with_vector=parse_with_vector(body.get('with_vector')),
            order_by=None if order is None else parse_order_by(order),
        )
    )


def count(catalogue: Catalogue, request: Request) -> Body:
    """How many points match."""
    collection, exact = catalogue.get(request.collection), optional(request.body, 'exact', bool)
    counted = edge.CountRequest(exact=exact is not False, filter=parse_filter(request.body.get('filter')))
    return {'count': collection.count(counted)}


def facet(catalogue: Catalogue, request: Request) -> Body:
    """The most frequent values of an indexed field."""
    collection, body = catalogue.get(request.collection), request.body
    asked = edge.FacetRequest(
        required(body, 'key', str),
        limit=bounded(body, 'limit', PAGE, 1),
        exact=optional(body, 'exact', bool) or False,
        filter=parse_filter(body.get('filter')),
    )
    return {'hits': collection.facet(asked)}


def query(catalogue: Catalogue, request: Request) -> Body:
    """The universal query."""
    return {'points': catalogue.get(request.collection).query(request.body)}


def _searches(request: Request) -> list[Any]:
    return [typed(search, dict, 'searches') for search in required(request.body, 'searches', list)]


def query_batch(catalogue: Catalogue, request: Request) -> list[Body]:
    """Several queries at once."""
    collection = catalogue.get(request.collection)
    return [{'points': collection.query(search)} for search in _searches(request)]


def search(catalogue: Catalogue, request: Request) -> list[Body]:
    """The older search."""
    return catalogue.get(request.collection).query(search_to_query(request.body))


def search_batch(catalogue: Catalogue, request: Request) -> list[list[Body]]:
    """Several older searches at once."""
    collection = catalogue.get(request.collection)
    return [collection.query(search_to_query(search)) for search in _searches(request)]
