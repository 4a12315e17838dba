"""The files that aktop keeps on disk."""
