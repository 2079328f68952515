-- Sign-in in three transactions: begin / submit / claim (design/database.md 4). A guess is paid for before the answer exists.
SET ROLE cura_owner;
GRANT SELECT, UPDATE ON cura.users TO cura_auth;
GRANT SELECT ON cura.roles, cura.organizations, cura.patients TO cura_auth;
GRANT INSERT ON cura.users, cura.roles, cura.organizations TO cura_auth;
GRANT DELETE ON cura.roles TO cura_auth;                                       -- cura.remove_role
GRANT USAGE ON SEQUENCE cura.users_id_seq TO cura_auth;
RESET ROLE;
SET ROLE cura_auth;
-- users.password_hash: 'argon2id$m=65536,t=3,p=1$<salt>$<stored key>$<server key>', base64; '!' = no sign-in possible.
CREATE FUNCTION cura_private.verifier_part(v text, n int) RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT decode(split_part(v, '$', n), 'base64') $$;
CREATE FUNCTION cura_private.verifier(kdf text, salt bytea, stored_key bytea, server_key bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF kdf !~ '^argon2id\$m=[0-9]{5,7},t=[0-9]{1,2},p=[0-9]{1,2}$' OR octet_length(salt) NOT BETWEEN 16 AND 64 OR octet_length(stored_key) <> 32 OR octet_length(server_key) <> 32 THEN
    RAISE EXCEPTION 'not a verifier' USING ERRCODE = '22023'; END IF;
  RETURN kdf || '$' || replace(encode(salt, 'base64'), E'\n', '') || '$' || encode(stored_key, 'base64') || '$' || encode(server_key, 'base64');
END $$;
CREATE FUNCTION cura_private.my_device() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.organization_id FROM cura_private.device d WHERE d.db_role = session_user AND d.revoked_at IS NULL $$;
-- A person by user name or e-mail, in the device's organization.
CREATE FUNCTION cura_private.person_named(o int, uname text) RETURNS cura.users LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u FROM cura.users u WHERE u.organization_id = o AND u.is_active AND u.password_hash <> '!' AND (lower(u.username) = uname OR lower(u.email) = uname)
   ORDER BY lower(u.username) = uname DESC LIMIT 1 $$;
CREATE FUNCTION cura.device_organization() RETURNS TABLE (organization_id int, name text, region text, time_zone text, subscription_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT o.id, o.name, o.region::text, o.time_zone, o.subscription_status::text FROM cura.organizations o WHERE o.id = cura_private.my_device() $$;
CREATE FUNCTION cura.login_begin(uname text, cnonce bytea) RETURNS TABLE (attempt uuid, salt bytea, kdf text, snonce bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE o int := cura_private.my_device(); c cura.users; n bytea := substr(cura_private.random32(), 1, 24); a uuid; who text := lower(uname);
BEGIN
  IF o IS NULL OR octet_length(cnonce) < 16 OR length(uname) > 200 THEN RAISE EXCEPTION 'device not enrolled' USING ERRCODE = '28000'; END IF;
  c := cura_private.person_named(o, who);
  INSERT INTO cura_private.login_attempt (organization_id, username, db_role, client_nonce, server_nonce, began_at)
    VALUES (o, who, session_user, cnonce, n, clock_timestamp()) RETURNING id INTO a;
  -- an unknown person gets a salt that is stable and looks like any other
  RETURN QUERY SELECT a, coalesce(cura_private.verifier_part(c.password_hash, 3), substr(cura_private.hmac_sha256(convert_to(o || ':' || who, 'UTF8'), (SELECT v FROM cura_private.server_secret WHERE k = 'pepper')), 1, 16)),
                      coalesce(split_part(c.password_hash, '$', 1) || '$' || split_part(c.password_hash, '$', 2), 'argon2id$m=65536,t=3,p=1'), n;
END $$;
CREATE FUNCTION cura.login_submit(attempt uuid, client_proof bytea, code text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE cura_private.login_attempt a SET proof = client_proof, submitted_at = clock_timestamp(), submit_xid = pg_current_xact_id()
   WHERE a.id = attempt AND a.db_role = session_user AND a.proof IS NULL AND a.began_at > clock_timestamp() - interval '2 minutes';
  IF NOT FOUND THEN RAISE EXCEPTION 'no such attempt' USING ERRCODE = '28000'; END IF;
END $$;
-- Judges a committed proof: ok, bad, throttled, expired, suspended. Locks the attempt and the person.
CREATE FUNCTION cura_private.judge(attempt uuid, OUT verdict text, OUT person cura.users, OUT server_sig bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE a cura_private.login_attempt; msg bytea; stored bytea; n_user int; n_dev int; named cura.users;
BEGIN
  SELECT x.* INTO a FROM cura_private.login_attempt x WHERE x.id = attempt AND x.db_role = session_user AND x.proof IS NOT NULL AND x.outcome IS NULL FOR UPDATE;
  -- committed by an earlier transaction, so that ROLLBACK cannot un-count the guess
  IF NOT FOUND OR a.submit_xid = pg_current_xact_id() OR a.organization_id IS DISTINCT FROM cura_private.my_device() THEN
    RAISE EXCEPTION 'commit first' USING ERRCODE = '28000'; END IF;
  IF a.submitted_at < clock_timestamp() - interval '60 seconds' THEN verdict := 'expired'; RETURN; END IF;
  -- counts committed submissions that did not end in success; one device adds at most 5, so a stolen one locks nobody out elsewhere
  SELECT sum(least(5, g.k)), max(g.k) FILTER (WHERE g.db_role = session_user) INTO n_user, n_dev FROM (
    SELECT x.db_role, count(*) AS k FROM cura_private.login_attempt x
     WHERE x.organization_id = a.organization_id AND x.username = a.username AND x.submitted_at > clock_timestamp() - interval '15 minutes'
       AND (x.outcome IS NULL OR x.outcome = 'bad') AND x.id <> a.id GROUP BY x.db_role) g;
  IF n_dev >= 5 OR n_user >= 20 THEN
    UPDATE cura_private.login_attempt x SET outcome = 'throttled', proof = NULL WHERE x.id = attempt;   -- never evaluated
    verdict := 'throttled'; RETURN; END IF;
  named := cura_private.person_named(a.organization_id, a.username);
  verdict := 'bad';
  IF named.id IS NOT NULL AND octet_length(a.proof) = 32 THEN
    SELECT u.* INTO person FROM cura.users u WHERE u.organization_id = a.organization_id AND u.id = named.id FOR NO KEY UPDATE;
    stored := cura_private.verifier_part(person.password_hash, 4);
    msg := convert_to(a.id::text || ':' || a.username || ':' || a.db_role, 'UTF8') || a.client_nonce || a.server_nonce;
    IF sha256(cura_private.xor32(a.proof, cura_private.hmac_sha256(msg, stored))) = stored
       AND coalesce(person.credential_expires_at > timezone('UTC', clock_timestamp()), true) THEN verdict := 'ok'; END IF;
  END IF;
  UPDATE cura_private.login_attempt x SET outcome = verdict, proof = NULL WHERE x.id = attempt;
  IF verdict = 'bad' THEN person := NULL; RETURN; END IF;
  IF EXISTS (SELECT FROM cura.organizations o WHERE o.id = a.organization_id AND o.subscription_status IN ('suspended', 'cancelled')) THEN verdict := 'suspended'; RETURN; END IF;
  server_sig := cura_private.hmac_sha256(msg, cura_private.verifier_part(person.password_hash, 5));
END $$;
CREATE FUNCTION cura.login_claim(attempt uuid) RETURNS TABLE (status text, token text, user_id int, role text, server_sig bytea, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE j record; tok text; until timestamptz := now() + interval '12 hours'; idle interval; mine int;
BEGIN
  SELECT * INTO j FROM cura_private.judge(attempt);
  IF j.verdict <> 'ok' THEN RETURN QUERY SELECT j.verdict, NULL::text, NULL::int, NULL::text, NULL::bytea, NULL::timestamptz; RETURN; END IF;
  tok := encode(cura_private.random32(), 'hex');
  SELECT make_interval(mins => o.idle_minutes) INTO idle FROM cura.organizations o WHERE o.id = (j.person).organization_id;
  IF (j.person).role = 'patient' THEN
    SELECT p.id INTO mine FROM cura.patients p WHERE p.organization_id = (j.person).organization_id AND p.user_id = (j.person).id LIMIT 1; END IF;
  INSERT INTO cura_private.session (token_hash, organization_id, user_id, role, db_role, idle, must_change, patient_ref, expires_at)
    VALUES (sha256(tok::bytea), (j.person).organization_id, (j.person).id, (j.person).role, session_user, idle, (j.person).must_change_password, mine, until);
  UPDATE cura_private.device d SET last_seen = now() WHERE d.db_role = session_user;
  PERFORM audit.put((j.person).organization_id, (j.person).id, 'SIGN_IN', 'session', 'users', (j.person).id::text, NULL, '{}');
  RETURN QUERY SELECT 'ok', tok, (j.person).id, (j.person).role::text, j.server_sig, until;
END $$;
CREATE FUNCTION cura.touch() RETURNS timestamptz LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE cura_private.session SET last_seen = now() WHERE token_hash = sha256(nullif(current_setting('cura.token', true), '')::bytea) AND db_role = session_user
   AND revoked_at IS NULL AND expires_at > now() AND last_seen > now() - idle RETURNING expires_at $$;
CREATE FUNCTION cura.logout() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN
  IF s.user_id IS NULL THEN RETURN; END IF;
  UPDATE cura_private.session SET revoked_at = now() WHERE token_hash = s.token_hash;
  DELETE FROM cura_private.chart_open WHERE token_hash = s.token_hash;
  PERFORM audit.put(s.organization_id, s.user_id, 'SIGN_OUT', 'session', 'users', s.user_id::text, NULL, '{}');
END $$;
CREATE FUNCTION cura.whoami() RETURNS TABLE (organization_id int, organization_name text, region text, time_zone text, user_id int, username text, first_name text, last_name text,
  role text, modules jsonb, fields jsonb, must_change_password boolean, idle_minutes int, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE s cura_private.session := cura_private.sess();
BEGIN
  IF s.user_id IS NULL THEN RAISE EXCEPTION 'no session' USING ERRCODE = '28000'; END IF;
  RETURN QUERY SELECT o.id, o.name, o.region::text, o.time_zone, u.id, u.username, u.first_name, u.last_name, u.role::text,
    (SELECT coalesce(jsonb_object_agg(p.module, to_jsonb(p.verbs)), '{}') FROM cura_private.person_module p WHERE p.organization_id = s.organization_id AND p.user_id = s.user_id),
    (SELECT jsonb_build_object('view', to_jsonb(f.view_fields), 'edit', to_jsonb(f.edit_fields)) FROM cura_private.person_field f WHERE f.organization_id = s.organization_id AND f.user_id = s.user_id),
    s.must_change, (extract(epoch FROM s.idle) / 60)::int, s.expires_at
    FROM cura.users u JOIN cura.organizations o ON o.id = u.organization_id WHERE u.organization_id = s.organization_id AND u.id = s.user_id;
END $$;
-- The attempt is a committed proof of the CURRENT password by the same person. Ends the person's other sessions, keeps this one.
CREATE FUNCTION cura.change_password(attempt uuid, salt bytea, kdf text, stored_key bytea, server_key bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess(); j record;
BEGIN
  IF s.user_id IS NULL THEN RAISE EXCEPTION 'no session' USING ERRCODE = '28000'; END IF;
  SELECT * INTO j FROM cura_private.judge(attempt);
  IF j.verdict <> 'ok' THEN RETURN j.verdict; END IF;
  IF (j.person).id <> s.user_id THEN RETURN 'bad'; END IF;
  UPDATE cura.users u SET password_hash = cura_private.verifier(kdf, salt, stored_key, server_key), must_change_password = false, credential_expires_at = NULL
   WHERE u.organization_id = s.organization_id AND u.id = s.user_id;
  UPDATE cura_private.session x SET must_change = false WHERE x.token_hash = s.token_hash;
  PERFORM audit.put(s.organization_id, s.user_id, 'PASSWORD_CHANGED', 'session', 'users', s.user_id::text, NULL, '{}');
  RETURN 'ok';
END $$;
-- An administrator starts a reset and never chooses the password: the verifier is that of a one-time code, good for 24 hours.
CREATE FUNCTION cura.reset_credential(person int, salt bytea, kdf text, stored_key bytea, server_key bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('userManagement', 'edit');
BEGIN
  UPDATE cura.users u SET password_hash = cura_private.verifier(kdf, salt, stored_key, server_key), must_change_password = true,
    credential_expires_at = timezone('UTC', now()) + interval '24 hours'
   WHERE u.organization_id = o AND u.id = person AND u.is_active AND NOT u.is_system;
  IF NOT FOUND THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  PERFORM audit.put(o, cura.user_id(), 'PASSWORD_RESET', 'session', 'users', person::text, NULL, '{}');
END $$;
-- Opening a chart is the auditable reading: commit it, then read (decisions.md 12).
CREATE FUNCTION cura.open_chart(pid int, reason text, glass boolean DEFAULT false) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess(); restricted boolean; m text; able boolean := false;
BEGIN
  FOREACH m IN ARRAY ARRAY['medicalRecords', 'prescriptions', 'labResults', 'medicalImaging'] LOOP
    IF cura.org_for(m, 'view') IS NOT NULL THEN able := true; EXIT; END IF; END LOOP;
  IF s.organization_id IS NULL OR NOT able THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  SELECT p.is_restricted INTO restricted FROM cura.patients p WHERE p.organization_id = s.organization_id AND p.id = pid
     AND (cura.own_patient() IS NULL OR cura.own_patient() = p.id);
  IF NOT FOUND THEN RAISE EXCEPTION 'no such patient' USING ERRCODE = '42501'; END IF;
  IF restricted AND NOT glass AND s.role <> 'patient' THEN RETURN false; END IF;
  IF glass AND length(btrim(coalesce(reason, ''))) < 15 THEN RAISE EXCEPTION 'a reason of at least 15 characters is needed' USING ERRCODE = '22023'; END IF;
  PERFORM audit.put(s.organization_id, s.user_id, CASE WHEN glass THEN 'BREAK_GLASS' ELSE 'OPEN_CHART' END, 'clinical', 'patients', pid::text, pid, jsonb_build_object('reason', reason));
  INSERT INTO cura_private.chart_open (token_hash, organization_id, patient_id, opened_xid, break_glass) VALUES (s.token_hash, s.organization_id, pid, pg_current_xact_id(), glass)
    ON CONFLICT (token_hash, patient_id) DO UPDATE SET opened_xid = excluded.opened_xid, opened_at = now(), break_glass = excluded.break_glass;
  RETURN true;
END $$;
-- The patient registered in this very transaction counts as opened.
CREATE FUNCTION cura_private.registered_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN
  IF s.token_hash IS NOT NULL THEN
    INSERT INTO cura_private.chart_open (token_hash, organization_id, patient_id, opened_xid, registered) VALUES (s.token_hash, NEW.organization_id, NEW.id, pg_current_xact_id(), true) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION cura_private.registered_is_open TO cura_owner;
CREATE FUNCTION cura.my_sessions() RETURNS TABLE (db_role text, device text, issued_at timestamptz, last_seen timestamptz, is_this boolean) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN
  RETURN QUERY SELECT x.db_role::text, d.label, x.issued_at, x.last_seen, x.token_hash = s.token_hash FROM cura_private.session x LEFT JOIN cura_private.device d ON d.db_role = x.db_role
   WHERE x.organization_id = s.organization_id AND x.user_id = s.user_id AND x.revoked_at IS NULL AND x.expires_at > now();
END $$;

-- Sign out everywhere else: after a device was left behind.
CREATE FUNCTION cura.end_other_sessions() RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess(); k int;
BEGIN
  IF s.user_id IS NULL THEN RAISE EXCEPTION 'no session' USING ERRCODE = '28000'; END IF;
  UPDATE cura_private.session x SET revoked_at = now() WHERE x.organization_id = s.organization_id AND x.user_id = s.user_id AND x.revoked_at IS NULL AND x.token_hash <> s.token_hash;
  GET DIAGNOSTICS k = ROW_COUNT;
  PERFORM audit.put(s.organization_id, s.user_id, 'SESSIONS_ENDED', 'session', 'users', s.user_id::text, NULL, jsonb_build_object('sessions', k));
  RETURN k;
END $$;
-- A role the clinic made itself can go while nobody has it; the sixteen stay.
CREATE FUNCTION cura.remove_role(role int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('userManagement', 'delete');
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  IF EXISTS (SELECT FROM cura.roles r JOIN cura.users u ON u.organization_id = r.organization_id AND u.role = r.name WHERE r.organization_id = o AND r.id = remove_role.role AND NOT r.is_system) THEN
    RAISE EXCEPTION 'somebody has this role' USING ERRCODE = '23503', CONSTRAINT = 'roles_in_use'; END IF;
  DELETE FROM cura.roles r WHERE r.organization_id = o AND r.id = remove_role.role AND NOT r.is_system;
  IF NOT FOUND THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
END $$;

-- Gap-free numbers: a row for each series and year, taken in the transaction that issues (domain-rules A6.5).
CREATE FUNCTION cura_private.take_number(o int, s text, y int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO cura_private.number_series VALUES (o, s, y, 1) ON CONFLICT (organization_id, series, year) DO UPDATE SET last = cura_private.number_series.last + 1 RETURNING last $$;
CREATE FUNCTION cura_private.clinic_today(o int) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (now() AT TIME ZONE z.time_zone)::date FROM cura.organizations z WHERE z.id = o $$;
CREATE FUNCTION cura_private.verification_key(o int) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.verification_key FROM cura_private.organization_secret s WHERE s.organization_id = o $$;
GRANT EXECUTE ON FUNCTION cura_private.take_number, cura_private.clinic_today TO cura_ledger, cura_definer, cura_owner;
GRANT EXECUTE ON FUNCTION cura_private.verification_key TO cura_definer;

-- A new organization gets its secrets, the 16 roles, its sealer row and the system user for events without a person (decisions.md 14).
CREATE FUNCTION cura_private.provision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE su int := nextval(pg_get_serial_sequence('cura.users', 'id'));
BEGIN
  INSERT INTO cura_private.organization_secret (organization_id, system_user_id) VALUES (NEW.id, su);
  INSERT INTO audit.sealer VALUES (NEW.id);
  EXECUTE format('CREATE SEQUENCE cura_private.patient_number_%s', NEW.id);
  EXECUTE format('GRANT USAGE, SELECT, UPDATE ON SEQUENCE cura_private.patient_number_%s TO cura_ledger', NEW.id);
  SET CONSTRAINTS ALL DEFERRED;
  INSERT INTO cura.roles (organization_id, name, display_name, description, permissions, is_system)
    SELECT NEW.id, f.role, f.display, f.purpose, cura_private.default_permissions(f.role), true FROM cura_private.role_default_field f ORDER BY f.role;
  IF NEW.id = 0 THEN
    INSERT INTO cura.roles (organization_id, name, display_name, description, permissions, is_system)
      VALUES (0, 'platform_owner', 'Platform owner', 'Runs the platform that hosts the clinics; never sees a clinic''s records',
        '{"modules": {"platform": {"view": true, "create": true, "edit": true, "delete": true}, "dashboard": {"view": true}, "userManagement": {"view": true, "create": true, "edit": true}, "audit": {"view": true}, "devices": {"view": true, "create": true, "delete": true}}, "fields": {}}', true);
  END IF;
  INSERT INTO cura.users (organization_id, id, email, username, password_hash, first_name, last_name, role, is_active, is_system)
    VALUES (NEW.id, su, 'system@' || NEW.subdomain || '.invalid', 'system', '!', 'Cura', 'System', 'other', false, true);
  RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION cura_private.provision TO cura_owner;
CREATE FUNCTION cura_private.create_organization(name text, subdomain text, email text, region text, brand_name text, time_zone text) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO cura.organizations (name, subdomain, email, region, brand_name, time_zone, currency, subscription_status)
  VALUES (name, lower(subdomain), email, region, brand_name,
    coalesce(nullif(time_zone, ''), CASE region WHEN 'UK' THEN 'Europe/London' WHEN 'EU' THEN 'Europe/Paris' WHEN 'ME' THEN 'Asia/Dubai' WHEN 'SA' THEN 'Asia/Riyadh' ELSE 'America/New_York' END), CASE region WHEN 'UK' THEN 'GBP' WHEN 'EU' THEN 'EUR' WHEN 'ME' THEN 'AED' WHEN 'SA' THEN 'SAR' ELSE 'USD' END, 'active') RETURNING id $$;
CREATE FUNCTION cura_private.create_person(organization int, username text, email text, first_name text, last_name text, role text, verifier text, must_change boolean) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO cura.users (organization_id, username, email, first_name, last_name, role, password_hash, must_change_password)
  VALUES (organization, lower(username), lower(email), first_name, last_name, role, verifier, must_change) RETURNING id $$;
-- The platform opens a clinic; a clinic is set up on this PC by the embedded server's administrator instead.
CREATE FUNCTION cura.open_organization(name text, subdomain text, email text, region text, brand_name text, time_zone text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT cura.platform_for('create') THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  RETURN cura_private.create_organization(name, subdomain, email, region, brand_name, time_zone);
END $$;
GRANT EXECUTE ON FUNCTION cura.device_organization, cura.login_begin, cura.login_submit, cura.login_claim, cura.touch, cura.logout, cura.whoami, cura.change_password,
  cura.reset_credential, cura.open_chart, cura.my_sessions, cura.end_other_sessions, cura.remove_role, cura.open_organization TO cura_ws;
RESET ROLE;
SET ROLE cura_audit; GRANT EXECUTE ON FUNCTION audit.put TO cura_auth; RESET ROLE;
