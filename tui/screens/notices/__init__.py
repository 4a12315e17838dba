"""Incidents, those of now and those that are over."""
