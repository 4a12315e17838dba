"""The guard: acts once by rules that a person wrote, and remembers it."""
