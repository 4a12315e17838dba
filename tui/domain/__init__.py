"""What the account is made of, and its arithmetic: frozen values and pure functions, standard library only."""
