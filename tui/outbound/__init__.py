"""What leaves the terminal without being asked for: notices and the channels they go by, and metrics."""
