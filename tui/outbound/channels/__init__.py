"""The channels for notices, a file each."""
