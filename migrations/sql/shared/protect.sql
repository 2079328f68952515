-- Every revision after the first runs this before it closes: tables that are new in it get what 46_policies and 48_triggers
-- gave the first ones, from their row in cura_private.table_rule, and new columns of old tables get their column grants.
-- Run twice it changes nothing. A table whose rows need another policy than the general one gets it in its own revision,
-- before this file: a policy that is there already is kept.
DO $$
DECLARE
  t cura_private.table_rule; rel regclass; c record; rd text; wr text; pol text; what text;
  fixed text[] := ARRAY['organization_id', 'id', 'created_at', 'updated_at', 'version', 'created_by', 'client_key', 'external_id'];
  filled text[] := ARRAY['id', 'created_at', 'updated_at', 'version', 'created_by'];
BEGIN
  FOR t IN SELECT * FROM cura_private.table_rule WHERE table_name <> 'gdpr_audit_trail' ORDER BY table_name LOOP
    rel := format('cura.%I', t.table_name)::regclass;
    -- columns: what the rule allows and nobody has granted yet
    FOR c IN SELECT a.attname, a.attgenerated <> '' AS generated FROM pg_attribute a WHERE a.attrelid = rel AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum LOOP
      IF NOT c.attname = ANY (t.hidden) AND NOT has_column_privilege('cura_ws', rel, c.attname, 'SELECT') THEN
        EXECUTE format('GRANT SELECT (%I) ON %s TO cura_ws', c.attname, rel); END IF;
      IF c.generated THEN CONTINUE; END IF;
      IF t.can_insert AND NOT c.attname = ANY (t.no_insert) AND NOT (c.attname = ANY (filled) AND NOT (c.attname = 'id' AND t.table_name IN ('messages', 'voice_notes')))
         AND NOT has_column_privilege('cura_ws', rel, c.attname, 'INSERT') THEN EXECUTE format('GRANT INSERT (%I) ON %s TO cura_ws', c.attname, rel); END IF;
      IF t.can_update AND NOT c.attname = ANY (t.no_update) AND NOT c.attname = ANY (fixed)
         AND NOT has_column_privilege('cura_ws', rel, c.attname, 'UPDATE') THEN EXECUTE format('GRANT UPDATE (%I) ON %s TO cura_ws', c.attname, rel); END IF;
    END LOOP;
    IF EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = rel AND g.tgname = 'zz_audit') THEN CONTINUE; END IF;
    -- from here on: a table that is new in this revision
    EXECUTE format('ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY; ALTER TABLE %1$s FORCE ROW LEVEL SECURITY', rel);
    rd := format('organization_id = (SELECT cura.org_for(%L, ''view''))', t.read_module);
    wr := format('organization_id = (SELECT cura.org_for(%L, ''%%s''))', t.write_module);
    pol := '';
    IF t.is_clinical THEN pol := format(' AND (%1$I IS NULL OR %1$I = ANY ((SELECT cura.open_charts())::int[]))', t.patient_column); END IF;
    IF t.own_rows THEN
      pol := pol || ' AND user_id = (SELECT cura.user_id())';
      wr := replace(wr, '%s', CASE WHEN t.write_module = 'dashboard' THEN 'view' ELSE '%s' END);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = rel AND p.polname = 'r') THEN
      EXECUTE format('CREATE POLICY r ON %s FOR SELECT TO cura_ws USING (%s)', rel, rd || pol); END IF;
    IF t.can_insert AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = rel AND p.polname = 'c') THEN
      EXECUTE format('CREATE POLICY c ON %s FOR INSERT TO cura_ws WITH CHECK (%s)', rel, replace(wr, '%s', 'create') || pol); END IF;
    IF t.can_update AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = rel AND p.polname = 'u') THEN
      EXECUTE format('CREATE POLICY u ON %s FOR UPDATE TO cura_ws USING (%s)', rel, replace(wr, '%s', 'edit') || pol); END IF;
    -- a person of the role `patient` sees own rows only
    IF NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = rel AND p.polname = 'own') THEN
      IF t.patient_column IS NOT NULL THEN
        EXECUTE format('CREATE POLICY own ON %1$s AS RESTRICTIVE FOR ALL TO cura_ws USING ((SELECT cura.own_patient()) IS NULL OR %2$I = (SELECT cura.own_patient()))', rel, t.patient_column);
      ELSIF NOT t.own_rows THEN
        EXECUTE format('CREATE POLICY own ON %s AS RESTRICTIVE FOR ALL TO cura_ws USING ((SELECT cura.own_patient()) IS NULL)', rel);
      END IF;
    END IF;
    EXECUTE format('CREATE POLICY definer ON %s FOR SELECT TO cura_definer USING (true)', rel);
    EXECUTE format('GRANT SELECT ON %s TO cura_definer', rel);
    -- version, updated_at, and the trail
    SELECT string_agg(CASE a.attname WHEN 'version' THEN 'v' ELSE 'u' END, '') INTO what FROM pg_attribute a WHERE a.attrelid = rel AND a.attname IN ('version', 'updated_at') AND NOT a.attisdropped;
    IF what IS NOT NULL THEN EXECUTE format('CREATE TRIGGER a_touch BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION cura.touch_row(%L)', rel, what); END IF;
    EXECUTE format('CREATE TRIGGER zz_audit AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.row_trg(%L, %L)', rel, t.category, coalesce(t.patient_column, ''));
  END LOOP;
END $$;
