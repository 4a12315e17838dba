"""`aktop doctor`: what may be wrong between a person and aktop, on one screen to be sent along."""
