"""Tests of the app around the screens."""
