"""What leaves the terminal unasked: notices, their channels, and metrics."""
