"""The page of a key."""
