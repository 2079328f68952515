-- Schemas, extensions, and the small immutable functions that columns and constraints use.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;
DO $$ BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());   -- no TEMP (shadowing), no CONNECT
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO cura_ws, cura_invite', current_database());
END $$;
-- No large objects for workstations (design/database.md 6.4).
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
            AND p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite') LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE cura_owner, cura_auth, cura_definer, cura_fields, cura_audit, cura_ledger, cura_enroll
  REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA cura AUTHORIZATION cura_owner;
CREATE SCHEMA cura_private AUTHORIZATION cura_auth;
CREATE SCHEMA audit AUTHORIZATION cura_audit;
GRANT USAGE ON SCHEMA cura TO cura_ws, cura_invite, cura_auth, cura_definer, cura_fields, cura_audit, cura_ledger, cura_enroll;
GRANT CREATE ON SCHEMA cura TO cura_auth, cura_definer, cura_fields, cura_audit, cura_ledger, cura_enroll;   -- revoked at the end
GRANT USAGE ON SCHEMA cura_private TO cura_definer, cura_audit, cura_ledger, cura_enroll, cura_fields, cura_owner;
GRANT CREATE ON SCHEMA cura_private TO cura_enroll, cura_ledger;   -- revoked at the end
GRANT USAGE ON SCHEMA audit TO cura_ws, cura_auth, cura_definer, cura_owner, cura_ledger, cura_enroll;

SET ROLE cura_owner;
-- Lower case without accents and apostrophes, other signs one space (as domain/search.py folds a word); what search keys and search words share. unaccent with a fixed dictionary never changes its
-- answer, which is what IMMUTABLE promises; the plain lower() is that of the builtin C.UTF-8 collation.
CREATE FUNCTION cura.fold(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT btrim(regexp_replace(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, t)), '[''’‘`ʼ]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')) $$;
-- The last nine digits: what +44 7700 900123, 0044 7700 900123 and 07700 900123 have in common.
CREATE FUNCTION cura.phone_key(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT nullif(right(regexp_replace(t, '[^0-9]', '', 'g'), 9), '') $$;
-- domain-rules A1.1: weights 10..2, check = 11 - sum mod 11, 11 becomes 0, 10 is invalid. NULL is allowed (A1.7).
CREATE FUNCTION cura.nhs_number_ok(n text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT n IS NULL OR (n ~ '^[0-9]{10}$' AND (11 - (SELECT sum((11 - i) * substr(n, i, 1)::int) FROM generate_series(1, 9) i) % 11) % 11
       = substr(n, 10, 1)::int AND (11 - (SELECT sum((11 - i) * substr(n, i, 1)::int) FROM generate_series(1, 9) i) % 11) <> 10) $$;
GRANT EXECUTE ON FUNCTION cura.fold, cura.phone_key, cura.nhs_number_ok TO cura_ws, cura_auth, cura_definer, cura_ledger, cura_audit, cura_fields;
RESET ROLE;
