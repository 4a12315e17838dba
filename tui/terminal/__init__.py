"""What the framework leaves out about terminals."""
