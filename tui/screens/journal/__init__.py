"""The journal: what was changed from here."""
