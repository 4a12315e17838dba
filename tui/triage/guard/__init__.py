"""What may be done to a key while nobody looks: rules that a person wrote, what they would do, and what they did."""
