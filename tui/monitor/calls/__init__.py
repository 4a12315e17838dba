"""Call records: the log, how it is read, and its sums by time."""
