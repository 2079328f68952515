-- The doors that building needed are closed again.
REVOKE CREATE ON SCHEMA cura FROM cura_auth, cura_definer, cura_fields, cura_audit, cura_ledger, cura_enroll;
REVOKE CREATE ON SCHEMA cura_private FROM cura_definer, cura_enroll, cura_ledger;
