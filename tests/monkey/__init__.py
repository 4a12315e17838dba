"""Keys at random on an account that moves meanwhile: aktop must live, hear, and change only what it had named."""
