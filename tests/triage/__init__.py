"""Made-up accounts with made-up incidents, and how the rules of triage do on them: `python -m tests.triage`."""
