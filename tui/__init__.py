"""aktop: top for an AI API gateway account."""

VERSION = "0.1.0"
