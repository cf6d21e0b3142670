"""A collection's configuration: from what the client sent to what the engine is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import qdrant_edge as edge

from .failures import format_error, invalid, not_implemented
from .fields import Body, optional, required, typed

DISTANCES = {
    'Cosine': edge.Distance.Cosine,
    'Dot': edge.Distance.Dot,
    'Euclid': edge.Distance.Euclid,
    'Manhattan': edge.Distance.Manhattan,
}
DATATYPES = {
    'float32': edge.VectorStorageDatatype.Float32,
    'float16': edge.VectorStorageDatatype.Float16,
    'uint8': edge.VectorStorageDatatype.Uint8,
}
# Extra links for every indexed payload value make building several times slower. In segments of a few thousand points
# they gain nothing: what few points match a filter are compared one by one.
NO_PAYLOAD_LINKS = 0
LARGEST_SIZE = 65536
HNSW = {'m': 16, 'ef_construct': 100, 'full_scan_threshold': 10000, 'max_indexing_threads': 0, 'on_disk': False}
# The engine optimizes on the caller's thread and holds the interpreter's lock meanwhile. Keeping segments apart (no
# merging towards a few big ones) bounds how long one run can take; see upkeep.py.
SEGMENTS_KEPT_APART = 100_000


@dataclass(frozen=True)
class VectorSpec:
    """The vectors of a collection: size by dense name (the unnamed vector is ''), names of multi and sparse ones."""

    dense: dict[str, int]
    multi: frozenset[str]
    sparse: frozenset[str]


def dense_params(config: Body) -> dict[str, Body]:
    """The dense vectors by name; a single unnamed one has the name ''."""
    vectors = optional(config, 'vectors', dict) or {}
    if 'size' in vectors and not isinstance(vectors['size'], dict):
        return {'': vectors}
    return {name: typed(params, dict, name) for name, params in vectors.items()}


def sparse_params(config: Body) -> dict[str, Body]:
    """The sparse vectors by name."""
    vectors = optional(config, 'sparse_vectors', dict) or {}
    return {name: typed(params or {}, dict, name) for name, params in vectors.items()}


def vector_spec(config: Body) -> VectorSpec:
    """Extract what points and queries are checked against."""
    dense = dense_params(config)
    return VectorSpec(
        dense={name: params['size'] for name, params in dense.items()},
        multi=frozenset(name for name, params in dense.items() if params.get('multivector_config')),
        sparse=frozenset(sparse_params(config)),
    )


def _choose(table: dict[str, Any], value: Any, name: str) -> Any:
    if value not in table:
        names = ', '.join(f'`{variant}`' for variant in table)
        raise format_error(f'unknown variant `{value}` of `{name}`, expected one of {names}')
    return table[value]


def _dense(params: Body) -> edge.EdgeVectorParams:
    size = required(params, 'size', int)
    if not 1 <= size <= LARGEST_SIZE:
        raise invalid('vectors.size', f'value {size} invalid, must be from 1 to {LARGEST_SIZE}')
    options: dict[str, Any] = {}
    if params.get('datatype') is not None:
        options['datatype'] = _choose(DATATYPES, params['datatype'], 'datatype')
    if params.get('multivector_config') is not None:
        options['multivector_config'] = edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
    if params.get('hnsw_config') is not None:
        options['hnsw_config'] = _hnsw(required(params, 'hnsw_config', dict))
    distance = _choose(DISTANCES, required(params, 'distance', str), 'distance')
    return edge.EdgeVectorParams(size=size, distance=distance, on_disk=optional(params, 'on_disk', bool), **options)


def _sparse(params: Body) -> edge.EdgeSparseVectorParams:
    modifier = params.get('modifier')
    if modifier not in (None, 'none', 'idf'):
        raise format_error(f'unknown variant `{modifier}`, expected `none` or `idf`')
    index = optional(params, 'index', dict) or {}
    return edge.EdgeSparseVectorParams(
        modifier=edge.Modifier.Idf if modifier == 'idf' else None,
        full_scan_threshold=optional(index, 'full_scan_threshold', int),
        on_disk=optional(index, 'on_disk', bool),
    )


def _hnsw(given: Body) -> edge.HnswIndexConfig:
    params = HNSW | {name: value for name, value in given.items() if value is not None}
    return edge.HnswIndexConfig(
        m=required(params, 'm', int),
        ef_construct=required(params, 'ef_construct', int),
        full_scan_threshold=required(params, 'full_scan_threshold', int),
        payload_m=NO_PAYLOAD_LINKS,
    )


def engine_config(config: Body) -> edge.EdgeConfig:
    """Build what the engine is created with; refuses what it cannot do rather than ignoring it."""
    if config.get('quantization_config') is not None:
        raise not_implemented('quantization')
    if (optional(config, 'shard_number', int) or 1) != 1:
        raise not_implemented('a collection of several shards')
    optimizers = optional(config, 'optimizers_config', dict) or {}
    return edge.EdgeConfig(
        vectors={name: _dense(params) for name, params in dense_params(config).items()},
        sparse_vectors={name: _sparse(params) for name, params in sparse_params(config).items()},
        on_disk_payload=optional(config, 'on_disk_payload', bool),
        hnsw_config=_hnsw(optional(config, 'hnsw_config', dict) or {}),
        optimizers=edge.EdgeOptimizersConfig(
            default_segment_number=SEGMENTS_KEPT_APART,
            indexing_threshold=optional(optimizers, 'indexing_threshold', int),
        ),
    )
