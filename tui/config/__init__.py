"""Settings, paths, and files of API keys."""
