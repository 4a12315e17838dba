"""HTTP: one client per gateway, with a bound on everything that comes in."""
