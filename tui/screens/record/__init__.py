"""A single call or error request."""
