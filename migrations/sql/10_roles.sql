-- Roles of the cluster, once. None is a superuser, none bypasses row-level security, only workstations log in.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY[
    'cura_owner',    -- owns the tables; is itself subject to forced row-level security
    'cura_auth',     -- owns sign-in, sessions and permissions
    'cura_definer',  -- owns search and work queues; reads through its own policy
    'cura_fields',   -- owns the field-masking view; is itself subject to the tenant policy
    'cura_audit',    -- owns the audit trail and the change feed
    'cura_ledger',   -- owns the triggers that derive money, stock and copies
    'cura_enroll',   -- makes and ends workstation roles
    'cura_ws',       -- group: what an enrolled workstation may touch
    'cura_invite'    -- group: a one-hour enrolment code; may redeem itself and nothing else
  ] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', r);
    END IF;
  END LOOP;
END $$;
ALTER ROLE cura_enroll CREATEROLE;
GRANT cura_ws, cura_invite TO cura_enroll WITH ADMIN OPTION;
