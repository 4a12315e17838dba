"""Recordings: the events of an aktop, in a file to play again."""
