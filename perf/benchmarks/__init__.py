"""CPU of the real handlers beside the naive design and a bare JSON scan: `python -m perf.benchmarks ingest`."""
