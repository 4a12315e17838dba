"""The ways out for a notice, a file each."""
