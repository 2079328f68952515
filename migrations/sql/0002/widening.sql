-- How a later revision gives a role a module: the default for new clinics, and the stored role of every clinic that still
-- has the default it began with. A clinic that changed a role by hand keeps its choice.
SET ROLE cura_owner;
GRANT UPDATE (permissions) ON cura.roles TO cura_auth;
RESET ROLE;
SET ROLE cura_auth;
CREATE FUNCTION cura_private.module_flags(verbs text) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('view', verbs LIKE '%v%', 'create', verbs LIKE '%c%', 'edit', verbs LIKE '%e%', 'delete', verbs LIKE '%d%') $$;
CREATE FUNCTION cura_private.give(to_role text, to_module text, to_verbs text, why text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE was jsonb := (SELECT cura_private.module_flags(d.verbs) FROM cura_private.role_default d WHERE d.role = to_role AND d.module = to_module);
BEGIN
  INSERT INTO cura_private.role_default (role, module, verbs, reason) VALUES (to_role, to_module, to_verbs, why)
    ON CONFLICT (role, module) DO UPDATE SET verbs = EXCLUDED.verbs, reason = EXCLUDED.reason;
  UPDATE cura.roles r SET permissions = jsonb_set(CASE WHEN r.permissions ? 'modules' THEN r.permissions ELSE jsonb_set(r.permissions, '{modules}', '{}') END,
                                                  ARRAY['modules', to_module], cura_private.module_flags(to_verbs))
   WHERE r.name = to_role AND r.is_system AND r.organization_id > 0 AND (r.permissions -> 'modules' -> to_module) IS NOT DISTINCT FROM was;
END $$;
RESET ROLE;
