"""Laboratory results: those of a patient, and those that wait for a review."""
