"""What an account consists of, and its arithmetic: frozen values and pure functions."""
