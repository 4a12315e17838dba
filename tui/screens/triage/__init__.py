"""Triage, and the rule behind a finding."""
