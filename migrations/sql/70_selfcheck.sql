-- A lint over the live catalog: run in the tests after every migration, after every restore, and by administrators. No row = good.
CREATE FUNCTION public.cura_selfcheck() RETURNS TABLE (rule text, object text) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
 WITH ours AS (SELECT n.oid FROM pg_namespace n WHERE n.nspname IN ('cura', 'cura_private', 'audit', 'public')),
      t AS (SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.relowner FROM pg_class c WHERE c.relnamespace = 'cura'::regnamespace AND c.relkind IN ('r', 'p')),
      tt AS (SELECT t.*, a.attnum AS org FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'organization_id'),
      rule AS (SELECT * FROM cura_private.table_rule),
      -- keys that are one series for the whole platform (decisions.md 5), and a person's own key
      platform (relname) AS (VALUES ('saas_subscriptions'), ('saas_payments'), ('saas_invoices'))
 SELECT 'row security off', relname::text FROM t WHERE NOT relrowsecurity
 UNION ALL SELECT 'row security not forced', relname FROM t WHERE NOT relforcerowsecurity
 UNION ALL SELECT 'no policy', relname FROM t WHERE NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)
 UNION ALL SELECT 'policy for PUBLIC', t.relname || '.' || p.polname FROM t JOIN pg_policy p ON p.polrelid = t.oid WHERE p.polroles = '{0}'
 UNION ALL SELECT 'workstation policy open to every row', t.relname || '.' || p.polname FROM t JOIN pg_policy p ON p.polrelid = t.oid
     WHERE 'cura_ws'::regrole = ANY (p.polroles) AND p.polpermissive AND (coalesce(pg_get_expr(p.polqual, p.polrelid), '') IN ('true', '(1 = 1)') OR (p.polqual IS NULL AND p.polcmd <> 'a') OR coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') = 'true')
 UNION ALL SELECT 'policy calls a function for every row (wrap it in (SELECT ...))', t.relname || '.' || p.polname FROM t JOIN pg_policy p ON p.polrelid = t.oid
     WHERE regexp_replace(coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''), '\( ?SELECT [^()]*\([^()]*\)[^()]*\)', '', 'g') ~ '(org_id|org_for|platform_for|open_charts|my_conversations|own_patient|user_id|may_field|current_setting)\('
 UNION ALL SELECT 'table of a clinic without a policy for the role patient', r.table_name FROM rule r JOIN t ON t.relname = r.table_name
     WHERE r.read_module NOT IN ('platform') AND r.table_name NOT IN ('subscriptions', 'gdpr_audit_trail') AND NOT (r.own_rows AND r.patient_column IS NULL) AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND NOT p.polpermissive)
 UNION ALL SELECT 'clinical table read without an opened chart', r.table_name FROM rule r JOIN t ON t.relname = r.table_name JOIN pg_policy p ON p.polrelid = t.oid AND p.polname = 'r' WHERE r.is_clinical AND pg_get_expr(p.polqual, p.polrelid) !~ 'open_charts'
 UNION ALL SELECT 'table-level ' || a.privilege_type || ' for ' || a.grantee::regrole, t.relname FROM t, aclexplode(t.relacl) a
     WHERE a.grantee <> t.relowner AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
       AND NOT (a.grantee = 'cura_ledger'::regrole AND a.privilege_type = 'DELETE' AND t.relname IN ('invoice_items', 'prescription_items'))
       AND NOT (a.grantee = 'cura_auth'::regrole AND ((a.privilege_type = 'UPDATE' AND t.relname = 'users') OR (a.privilege_type = 'DELETE' AND t.relname = 'roles')))
 UNION ALL SELECT 'workstations may ' || a.privilege_type || ' ' || t.relname || '.' || c.attname, 'the database fills it' FROM t JOIN rule r ON r.table_name = t.relname JOIN pg_attribute c ON c.attrelid = t.oid, aclexplode(c.attacl) a
     WHERE a.grantee = 'cura_ws'::regrole AND ((a.privilege_type = 'SELECT' AND c.attname = ANY (r.hidden)) OR (a.privilege_type = 'INSERT' AND c.attname = ANY (r.no_insert)) OR (a.privilege_type = 'UPDATE' AND (c.attname = ANY (r.no_update) OR c.attname IN ('id', 'organization_id', 'version'))))
 UNION ALL SELECT 'workstations may SELECT all columns of a table that hides some', t.relname FROM t JOIN rule r ON r.table_name = t.relname, aclexplode(t.relacl) a WHERE a.grantee = 'cura_ws'::regrole AND a.privilege_type = 'SELECT' AND r.hidden <> '{}'
 UNION ALL SELECT 'table without a rule (40_permissions.sql)', t.relname FROM t WHERE NOT EXISTS (SELECT FROM rule r WHERE r.table_name = t.relname)
 UNION ALL SELECT 'table without the audit trigger', t.relname FROM t WHERE t.relname <> 'gdpr_audit_trail' AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname = 'zz_audit' AND g.tgenabled IN ('O', 'A'))
 UNION ALL SELECT 'disabled trigger', t.relname || '.' || g.tgname FROM t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE g.tgenabled = 'D'
 UNION ALL SELECT 'audit trail may be changed', c.relname FROM pg_class c WHERE c.oid IN ('cura.gdpr_audit_trail'::regclass, 'audit.block'::regclass) AND (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname IN ('a0', 'a1') AND g.tgenabled IN ('O', 'A')) <> 2
 UNION ALL SELECT 'unique key without organization_id first', i.indexrelid::regclass::text FROM tt JOIN pg_index i ON i.indrelid = tt.oid WHERE i.indisunique AND i.indkey[0] <> tt.org AND tt.relname NOT IN (SELECT relname FROM platform)
 UNION ALL SELECT 'foreign key without organization_id', c.conname FROM pg_constraint c JOIN tt ON tt.oid = c.conrelid JOIN tt f ON f.oid = c.confrelid WHERE c.contype = 'f' AND NOT (tt.org = ANY (c.conkey) AND f.org = ANY (c.confkey))
 UNION ALL SELECT 'constraint not validated', c.conname FROM pg_constraint c JOIN t ON t.oid = c.conrelid WHERE NOT c.convalidated
 UNION ALL SELECT 'SECURITY DEFINER without search_path ending in pg_temp', p.oid::regprocedure::text FROM pg_proc p WHERE p.prosecdef AND p.pronamespace IN (SELECT oid FROM ours)
     AND NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s ~ '^search_path=.*pg_temp"?$')
 UNION ALL SELECT 'SECURITY DEFINER owned by a superuser or a login role', p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.prosecdef AND p.pronamespace IN ('cura'::regnamespace, 'cura_private'::regnamespace, 'audit'::regnamespace) AND (r.rolsuper OR r.rolcanlogin OR r.rolbypassrls)
 UNION ALL SELECT 'function executable by PUBLIC', p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace IN ('cura'::regnamespace, 'cura_private'::regnamespace, 'audit'::regnamespace)
     AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)) AND p.prorettype <> 'trigger'::regtype AND p.prosecdef
 UNION ALL SELECT 'workstations may call a private function', p.oid::regprocedure::text FROM pg_proc p, aclexplode(p.proacl) a WHERE p.pronamespace IN ('cura_private'::regnamespace, 'audit'::regnamespace) AND a.grantee IN ('cura_ws'::regrole, 'cura_invite'::regrole)
 UNION ALL SELECT 'workstations may see the private schema', 'cura_private' WHERE has_schema_privilege('cura_ws', 'cura_private', 'USAGE')
 UNION ALL SELECT 'view without security_invoker whose owner is exempt', c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE c.relnamespace = 'cura'::regnamespace AND c.relkind IN ('v', 'm') AND (r.rolsuper OR r.rolbypassrls OR c.relkind = 'm') AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)
 UNION ALL SELECT 'PUBLIC may ' || a.privilege_type || ' on database', d.datname FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a WHERE d.datname = current_database() AND a.grantee = 0
 UNION ALL SELECT 'PUBLIC may CREATE in schema', n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE' AND n.nspname !~ '^pg_temp'
 UNION ALL SELECT 'inner role may still CREATE in schema ' || n.nspname, a.grantee::regrole::text FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname IN ('cura', 'cura_private') AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
 UNION ALL SELECT 'inner role may log in or is exempt', r.rolname FROM pg_roles r WHERE r.rolname IN ('cura_owner', 'cura_auth', 'cura_definer', 'cura_fields', 'cura_audit', 'cura_ledger', 'cura_enroll', 'cura_ws', 'cura_invite') AND (r.rolcanlogin OR r.rolsuper OR r.rolbypassrls)
 UNION ALL SELECT 'workstation role with extra attributes or memberships', r.rolname FROM pg_roles r WHERE pg_has_role(r.oid, 'cura_ws', 'member') AND r.rolname <> 'cura_ws' AND r.rolcanlogin AND NOT r.rolsuper
     AND (r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolreplication OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.roleid <> 'cura_ws'::regrole))
 UNION ALL SELECT 'sensitive column has planner statistics', s.tablename || '.' || s.attname FROM pg_stats s WHERE s.schemaname = 'cura' AND s.tablename = 'patients' AND s.attname IN ('first_name', 'last_name', 'email', 'phone', 'nhs_number', 'search_key') AND s.most_common_vals IS NOT NULL
$$;
REVOKE ALL ON FUNCTION public.cura_selfcheck() FROM PUBLIC;
