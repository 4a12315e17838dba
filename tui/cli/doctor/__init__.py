"""`aktop doctor`: everything that may be wrong between a person and aktop, on one screen to send along."""
