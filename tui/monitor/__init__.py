"""Time: which question is due, what it returned, and the Snapshot that follows."""
