"""From history to findings: pure functions."""
