"""The Sub2API dialect: its endpoints, its refusals, its pages."""
