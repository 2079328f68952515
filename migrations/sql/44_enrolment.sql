-- Workstations: the client makes the secret and its SCRAM verifier; the server never sees the secret.
SET ROLE cura_auth;
GRANT SELECT, INSERT, UPDATE ON cura_private.device, cura_private.invitation TO cura_enroll;
GRANT SELECT (db_role, revoked_at), UPDATE (revoked_at) ON cura_private.session TO cura_enroll;
RESET ROLE;
SET ROLE cura_enroll;
CREATE FUNCTION cura_private.check_scram(verifier text) RETURNS void LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF verifier !~ '^SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN RAISE EXCEPTION 'a SCRAM verifier is needed' USING ERRCODE = '22023'; END IF;
END $$;
CREATE FUNCTION cura_private.enroll(organization int, verifier text, label text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE n name := 'ws_' || encode(substr(cura_private.random32(), 1, 8), 'hex');
BEGIN
  PERFORM cura_private.check_scram(verifier);
  EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L IN ROLE cura_ws CONNECTION LIMIT 12', n, verifier);
  INSERT INTO cura_private.device (db_role, organization_id, label, enrolled_by) VALUES (n, organization, left(label, 100), cura.user_id());
  PERFORM audit.put(organization, cura.user_id(), 'DEVICE_ENROLLED', 'device', 'device', n::text, NULL, jsonb_build_object('label', label));
  RETURN n;
END $$;
-- A code for one workstation: a role that lives one hour and may only redeem itself (decisions.md 15).
CREATE FUNCTION cura.invite_device(verifier text, label text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE o int := cura.org_for('devices', 'create'); n name := 'en_' || encode(substr(cura_private.random32(), 1, 8), 'hex');
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  PERFORM cura_private.check_scram(verifier);
  EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L IN ROLE cura_invite CONNECTION LIMIT 2 VALID UNTIL %L', n, verifier, now() + interval '1 hour');
  INSERT INTO cura_private.invitation (db_role, organization_id, label, invited_by) VALUES (n, o, left(label, 100), cura.user_id());
  PERFORM audit.put(o, cura.user_id(), 'DEVICE_INVITED', 'device', 'device', n::text, NULL, jsonb_build_object('label', label));
  RETURN n;
END $$;
CREATE FUNCTION cura.redeem(verifier text, label text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE i cura_private.invitation; n text;
BEGIN
  UPDATE cura_private.invitation SET used_at = now() WHERE db_role = session_user AND used_at IS NULL AND expires_at > now() RETURNING * INTO i;
  IF NOT FOUND THEN RAISE EXCEPTION 'this code is no longer good' USING ERRCODE = '28000'; END IF;
  n := cura_private.enroll(i.organization_id, verifier, coalesce(nullif(btrim(label), ''), i.label));
  EXECUTE format('ALTER ROLE %I NOLOGIN', session_user);
  RETURN n;
END $$;
CREATE FUNCTION cura.revoke_device(d name) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE o int := cura.org_for('devices', 'delete');
BEGIN
  UPDATE cura_private.device SET revoked_at = now() WHERE db_role = d AND organization_id = o AND revoked_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  UPDATE cura_private.session SET revoked_at = now() WHERE db_role = d AND revoked_at IS NULL;   -- its open connections see nothing from the next statement on
  EXECUTE format('ALTER ROLE %I NOLOGIN', d);
  PERFORM audit.put(o, cura.user_id(), 'DEVICE_REVOKED', 'device', 'device', d::text, NULL, '{}');
END $$;
CREATE FUNCTION cura.devices() RETURNS TABLE (db_role text, label text, enrolled_at timestamptz, last_seen timestamptz, revoked_at timestamptz) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('devices', 'view');
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  RETURN QUERY SELECT d.db_role::text, d.label, d.enrolled_at, d.last_seen, d.revoked_at FROM cura_private.device d WHERE d.organization_id = o ORDER BY d.enrolled_at;
END $$;
GRANT EXECUTE ON FUNCTION cura.invite_device, cura.revoke_device, cura.devices TO cura_ws;
GRANT EXECUTE ON FUNCTION cura.redeem TO cura_invite;
RESET ROLE;
