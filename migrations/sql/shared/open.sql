-- Every revision after the first begins with this: the inner roles may build. shared/close.sql ends it.
GRANT CREATE ON SCHEMA cura TO cura_auth, cura_definer, cura_fields, cura_audit, cura_ledger, cura_enroll;
GRANT CREATE ON SCHEMA cura_private TO cura_definer, cura_enroll, cura_ledger;
