"""What an account does as samples for Prometheus: figures, counters that last, and who may read them."""
