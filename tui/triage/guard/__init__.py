"""What may be done to a key while nobody looks: rules that a person wrote, their decisions, and their acts."""
