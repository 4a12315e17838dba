"""The error requests."""
