"""The same Snapshot as text and JSON, and actions by verb."""
