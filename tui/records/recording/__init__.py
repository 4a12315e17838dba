"""Recordings: what an aktop heard, in a file that shows it again."""
