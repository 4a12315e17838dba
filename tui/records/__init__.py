"""What leaves aktop as rows and files: CSV, JSON, exports and incident reports, for screens and verbs alike."""
