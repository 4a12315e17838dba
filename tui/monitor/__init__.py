"""Time: which feed is due, what came of it, and the Snapshot that follows."""
