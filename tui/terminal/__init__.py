"""Terminal features that Textual leaves out."""
