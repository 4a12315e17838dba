"""One account in use, without a screen: services, profiles, sign-in, actions, and its kept records."""
