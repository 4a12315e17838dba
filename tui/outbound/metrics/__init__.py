"""Prometheus metrics of accounts: figures, persistent counters, and their server."""
