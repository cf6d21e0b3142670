"""HTTP front over the qdrant-edge engine: one module, one purpose."""
