"""Sessions: tokens, and their renewal."""
