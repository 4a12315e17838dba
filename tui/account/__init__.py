"""One account in use, without a screen: services, profiles, sign-in, actions, and what is kept of it."""
