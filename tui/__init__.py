"""aktop: top for an AI API gateway account."""
