"""The guard: carries out what rules say that a person wrote, once, and remembers it."""
