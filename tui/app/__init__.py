"""The composition root: start, pictures, entering and leaving accounts."""
