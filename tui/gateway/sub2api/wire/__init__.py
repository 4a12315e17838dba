"""The wire: the gateway's answers as msgspec structs, and how they become domain values."""
