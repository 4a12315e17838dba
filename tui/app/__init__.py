"""The app put together: start, pictures, entering and leaving accounts."""
