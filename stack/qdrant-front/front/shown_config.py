"""A collection's configuration as the server shows it, defaults filled in."""

from __future__ import annotations

from typing import Any

from .collection_config import HNSW
from .fields import Body

OPTIMIZERS = {
    'deleted_threshold': 0.2,
    'vacuum_min_vector_number': 1000,
    'default_segment_number': 0,
    'max_segment_size': None,
    'memmap_threshold': None,
    'indexing_threshold': 10000,
    'flush_interval_sec': 5,
    'max_optimization_threads': None,
}


def _over(defaults: Body, given: Any) -> Body:
    return defaults | {name: value for name, value in (given or {}).items() if value is not None}


def show_config(config: Body) -> Body:
    """Show the configuration as `GET /collections/{name}` does, defaults filled in."""
    params: Body = {
        'vectors': config.get('vectors') or {},
        'shard_number': 1,
        'replication_factor': config.get('replication_factor') or 1,
        'write_consistency_factor': config.get('write_consistency_factor') or 1,
        'on_disk_payload': config.get('on_disk_payload') is not False,
    }
    if config.get('sparse_vectors'):
        params['sparse_vectors'] = config['sparse_vectors']
    shown: Body = {
        'params': params,
        'hnsw_config': _over(HNSW, config.get('hnsw_config')),
        'optimizer_config': _over(OPTIMIZERS, config.get('optimizers_config')),
        'wal_config': _over({'wal_capacity_mb': 32, 'wal_segments_ahead': 0}, config.get('wal_config')),
        'quantization_config': None,
    }
    if config.get('metadata'):
        shown['metadata'] = config['metadata']
    return shown
