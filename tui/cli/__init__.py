"""The command line: verbs, their words and their exit codes."""
