"""The screen of API keys alone."""
