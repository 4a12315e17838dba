"""What aktop keeps on disk."""
