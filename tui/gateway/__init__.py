"""The wire: one typed method per endpoint, sessions, the request budget."""
