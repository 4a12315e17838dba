"""The embedded gateway: Sub2API's user-side HTTP contract in memory, with incidents to find."""
