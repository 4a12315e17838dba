"""The notices."""
