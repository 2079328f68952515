"""Running the clinic: people, roles, devices, settings, the audit trail and one's own sessions."""
