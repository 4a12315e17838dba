"""API keys alone: what a key can learn of its account by itself."""
