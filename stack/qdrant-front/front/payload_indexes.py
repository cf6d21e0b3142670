"""Payload indexes: field schemas in, index information out."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .failures import format_error, not_implemented
from .fields import Body, required, typed

PARAMS = {
    'keyword': edge.KeywordIndexParams,
    'integer': edge.IntegerIndexParams,
    'float': edge.FloatIndexParams,
    'geo': edge.GeoIndexParams,
    'bool': edge.BoolIndexParams,
    'datetime': edge.DatetimeIndexParams,
    'uuid': edge.UuidIndexParams,
}
TYPES = {
    'keyword': edge.PayloadSchemaType.Keyword,
    'integer': edge.PayloadSchemaType.Integer,
    'float': edge.PayloadSchemaType.Float,
    'geo': edge.PayloadSchemaType.Geo,
    'text': edge.PayloadSchemaType.Text,
    'bool': edge.PayloadSchemaType.Bool,
    'datetime': edge.PayloadSchemaType.Datetime,
    'uuid': edge.PayloadSchemaType.Uuid,
}
TOKENIZERS = {
    'prefix': edge.TokenizerType.Prefix,
    'whitespace': edge.TokenizerType.Whitespace,
    'word': edge.TokenizerType.Word,
    'multilingual': edge.TokenizerType.Multilingual,
}
OPTIONS = ('is_tenant', 'is_principal', 'lookup', 'range', 'on_disk', 'enable_hnsw')
TEXT_OPTIONS = ('min_token_len', 'max_token_len', 'lowercase', 'ascii_folding', 'phrase_matching', 'on_disk')


def _index_type(name: Any) -> Any:
    if name not in TYPES:
        raise format_error(f'unknown variant `{name}`, expected one of {", ".join(f"`{kind}`" for kind in TYPES)}')
    return TYPES[name]


def _params(schema: Body) -> Any:
    name = required(schema, 'type', str)
    given = {option: value for option, value in schema.items() if option != 'type' and value is not None}
    if not given:
        return _index_type(name)
    _index_type(name)
    options = TEXT_OPTIONS if name == 'text' else OPTIONS
    tokenizer = given.pop('tokenizer', None) if name == 'text' else None
    for option in given:
        if option not in options:
            raise not_implemented(f'the index option `{option}`')
    if name != 'text':
        return PARAMS[name](**given)
    return edge.TextIndexParams(tokenizer=TOKENIZERS.get(tokenizer or 'word', edge.TokenizerType.Word), **given)


def parse_index(body: Body) -> tuple[str, edge.UpdateOperation, Body]:
    """Parse a new index: the field, the engine's operation, and the parameters to show later."""
    field, schema = required(body, 'field_name', str), body.get('field_schema')
    if schema is None:
        raise format_error('missing field `field_schema`')
    if isinstance(schema, str):
        return field, edge.UpdateOperation.create_field_index(field, _index_type(schema)), {'type': schema}
    parsed = _params(typed(schema, dict, 'field_schema'))
    return field, edge.UpdateOperation.create_field_index(field, parsed), schema


def show_indexes(schema: dict[str, edge.PayloadIndexInfo], given: dict[str, Body]) -> Body:
    """Show the indexes as collection information does: type, points, and parameters where some were given."""
    shown: Body = {}
    for field, info in schema.items():
        kind = next(name for name, value in TYPES.items() if value == info.data_type)
        shown[field] = {'data_type': kind, 'points': info.points}
        params = given.get(field) or {}
        if len(params) > 1:
            shown[field]['params'] = params
    return shown
