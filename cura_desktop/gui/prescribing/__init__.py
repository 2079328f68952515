"""Prescribing: finding a medicine, its dose, what the check found, issuing for signature in ink."""
