"""All accounts, and the choice of a profile."""
