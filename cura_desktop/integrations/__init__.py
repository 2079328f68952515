"""The outside world: keyring, FHIR, e-mail, SMS, card payments."""
