"""What leaves aktop as rows and files, for screens and verbs alike: CSV, JSON, exports and incident reports."""
