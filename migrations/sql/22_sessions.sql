-- Private: devices, attempts, sessions, permissions, opened charts; and the probes the policies call.
SET ROLE cura_auth;
-- What the design takes from pgcrypto, on core functions only (the embedded server has none).
-- random32: 3 x 122 random bits from the server's strong generator, condensed to 32 bytes.
CREATE FUNCTION cura_private.random32() RETURNS bytea LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) $$;
-- HMAC-SHA-256 (RFC 2104, tested with the vectors of RFC 4231).
CREATE FUNCTION cura_private.hmac_sha256(msg bytea, key bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE k bytea := CASE WHEN octet_length(key) > 64 THEN sha256(key) ELSE key END; i bytea; o bytea; b int;
BEGIN
  k := k || decode(repeat('00', 64 - octet_length(k)), 'hex'); i := k; o := k;
  FOR n IN 0..63 LOOP b := get_byte(k, n); i := set_byte(i, n, b # 54); o := set_byte(o, n, b # 92); END LOOP;
  RETURN sha256(o || sha256(i || msg));
END $$;
CREATE FUNCTION cura_private.xor32(a bytea, b bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN FOR i IN 0..31 LOOP a := set_byte(a, i, get_byte(a, i) # get_byte(b, i)); END LOOP; RETURN a; END $$;

CREATE TABLE cura_private.device (
  db_role name PRIMARY KEY, organization_id int NOT NULL, label text NOT NULL, enrolled_at timestamptz NOT NULL DEFAULT now(),
  enrolled_by int, last_seen timestamptz, revoked_at timestamptz);
CREATE TABLE cura_private.invitation (
  db_role name PRIMARY KEY, organization_id int NOT NULL, label text NOT NULL, invited_by int NOT NULL,
  expires_at timestamptz NOT NULL DEFAULT now() + interval '1 hour', used_at timestamptz);
CREATE TABLE cura_private.login_attempt (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id int NOT NULL, username text NOT NULL, db_role name NOT NULL,
  client_nonce bytea NOT NULL, server_nonce bytea NOT NULL, began_at timestamptz NOT NULL,
  proof bytea, submitted_at timestamptz, submit_xid xid8, outcome text);
CREATE INDEX login_attempt_recent ON cura_private.login_attempt (organization_id, username, submitted_at);
CREATE TABLE cura_private.session (
  token_hash bytea PRIMARY KEY, organization_id int NOT NULL, user_id int NOT NULL, role text NOT NULL, db_role name NOT NULL,
  idle interval NOT NULL, must_change boolean NOT NULL DEFAULT false, patient_ref int,
  issued_at timestamptz NOT NULL DEFAULT now(), last_seen timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL, revoked_at timestamptz)
  WITH (fillfactor = 70);                                                    -- heartbeats stay HOT
CREATE INDEX session_person ON cura_private.session (organization_id, user_id) WHERE revoked_at IS NULL;
-- What each person may do: compiled by trigger from roles.permissions and users.permissions (40_permissions.sql).
CREATE TABLE cura_private.person_module (
  organization_id int, user_id int, module text, verbs text[] NOT NULL, PRIMARY KEY (organization_id, user_id, module));
CREATE TABLE cura_private.person_field (
  organization_id int, user_id int, view_fields text[] NOT NULL, edit_fields text[] NOT NULL, PRIMARY KEY (organization_id, user_id));
CREATE TABLE cura_private.organization_secret (
  organization_id int PRIMARY KEY, system_user_id int NOT NULL, verification_key bytea NOT NULL DEFAULT cura_private.random32());
CREATE TABLE cura_private.server_secret (k text PRIMARY KEY, v bytea NOT NULL);
INSERT INTO cura_private.server_secret VALUES ('pepper', cura_private.random32());
CREATE TABLE cura_private.chart_open (
  token_hash bytea NOT NULL, organization_id int NOT NULL, patient_id int NOT NULL, opened_xid xid8 NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT now(), break_glass boolean NOT NULL DEFAULT false, registered boolean NOT NULL DEFAULT false,
  PRIMARY KEY (token_hash, patient_id));
CREATE TABLE cura_private.number_series (
  organization_id int NOT NULL, series text NOT NULL, year int NOT NULL, last int NOT NULL, PRIMARY KEY (organization_id, series, year));

-- Who am I? One indexed probe; NULL means nobody. session_user, never current_user (a definer changes current_user).
CREATE FUNCTION cura_private.sess() RETURNS cura_private.session LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session; t text := current_setting('cura.token', true);
BEGIN
  IF t IS NULL OR t = '' THEN RETURN NULL; END IF;
  SELECT x.* INTO s FROM cura_private.session x WHERE x.token_hash = sha256(t::bytea) AND x.db_role = session_user
    AND x.revoked_at IS NULL AND x.expires_at > now() AND x.last_seen > now() - x.idle;
  RETURN s;
END $$;
CREATE FUNCTION cura.org_id() RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int; t text := current_setting('cura.token', true);
BEGIN
  IF t IS NULL OR t = '' THEN RETURN NULL; END IF;
  SELECT x.organization_id INTO o FROM cura_private.session x WHERE x.token_hash = sha256(t::bytea) AND x.db_role = session_user
    AND x.revoked_at IS NULL AND x.expires_at > now() AND x.last_seen > now() - x.idle AND NOT x.must_change;
  RETURN o;
END $$;
CREATE FUNCTION cura.user_id() RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess(); BEGIN RETURN s.user_id; END $$;
-- The tenant if this session may do VERB on MODULE, else NULL: one init-plan gives isolation and permission.
CREATE FUNCTION cura.org_for(m text, verb text) RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int; t text := current_setting('cura.token', true);
BEGIN
  IF t IS NULL OR t = '' THEN RETURN NULL; END IF;
  SELECT x.organization_id INTO o FROM cura_private.session x
    JOIN cura_private.person_module p ON p.organization_id = x.organization_id AND p.user_id = x.user_id AND p.module = m
   WHERE x.token_hash = sha256(t::bytea) AND x.db_role = session_user AND x.revoked_at IS NULL
     AND x.expires_at > now() AND x.last_seen > now() - x.idle AND NOT x.must_change AND verb = ANY (p.verbs);
  RETURN o;
END $$;
-- The platform's people (organization 0) and only for the platform's own tables (decisions.md 5).
CREATE FUNCTION cura.platform_for(verb text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN RETURN coalesce(cura.org_for('platform', verb) = 0, false); END $$;
CREATE FUNCTION cura.may_field(f text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN RETURN coalesce((SELECT f = ANY (r.view_fields) FROM cura_private.person_field r WHERE r.organization_id = s.organization_id AND r.user_id = s.user_id), false); END $$;
CREATE FUNCTION cura.may_edit_field(f text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN RETURN coalesce((SELECT f = ANY (r.edit_fields) FROM cura_private.person_field r WHERE r.organization_id = s.organization_id AND r.user_id = s.user_id), false); END $$;
-- NULL for staff; for a person of the role `patient` the one row that is theirs, or -1 where none is linked.
CREATE FUNCTION cura.own_patient() RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN RETURN CASE WHEN s.role = 'patient' THEN coalesce(s.patient_ref, -1) END; END $$;
-- Charts this session opened in an earlier, committed transaction (the trace of the opening cannot be rolled back any more), or registered now.
CREATE FUNCTION cura.open_charts() RETURNS int[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN RETURN (SELECT coalesce(array_agg(c.patient_id), '{}') FROM cura_private.chart_open c WHERE c.token_hash = s.token_hash
   AND c.opened_at > now() - interval '12 hours' AND (c.registered OR c.opened_xid IS DISTINCT FROM pg_current_xact_id_if_assigned())); END $$;
GRANT EXECUTE ON FUNCTION cura_private.sess, cura_private.random32, cura_private.hmac_sha256 TO cura_audit, cura_definer, cura_ledger, cura_enroll;
GRANT EXECUTE ON FUNCTION cura.org_id, cura.user_id, cura.org_for, cura.platform_for, cura.may_field, cura.may_edit_field, cura.own_patient, cura.open_charts
  TO cura_ws, cura_owner, cura_auth, cura_definer, cura_fields, cura_audit, cura_ledger, cura_enroll;
RESET ROLE;
