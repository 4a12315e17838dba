"""One module per screen or dialog: navigation and view state."""
