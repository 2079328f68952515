-- Row-level security on every table, forced; one probe each for tenant and permission. Generated from cura_private.table_rule,
-- so that a table cannot be forgotten: cura_selfcheck() compares the catalog with the rule.
SET ROLE cura_owner;
CREATE FUNCTION cura.my_conversations() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s cura_private.session := cura_private.sess();
BEGIN
  IF cura.org_for('messaging', 'view') IS NULL THEN RETURN '{}'; END IF;
  RETURN (SELECT coalesce(array_agg(m.conversation_id), '{}') FROM cura.conversation_members m WHERE m.organization_id = s.organization_id AND m.user_id = s.user_id);
END $$;
RESET ROLE;
ALTER FUNCTION cura.my_conversations() OWNER TO cura_definer;
REVOKE ALL ON FUNCTION cura.my_conversations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cura.my_conversations() TO cura_ws, cura_owner, cura_definer;
DO $$
DECLARE
  t cura_private.table_rule; rd text; wr text; pol text; ins text; upd text; sel text; c record; own text;
  fixed text[] := ARRAY['organization_id', 'id', 'created_at', 'updated_at', 'version', 'created_by', 'client_key', 'external_id'];
BEGIN
  FOR t IN SELECT * FROM cura_private.table_rule WHERE table_name <> 'gdpr_audit_trail' ORDER BY table_name LOOP
    EXECUTE format('SET ROLE cura_owner; ALTER TABLE cura.%1$I ENABLE ROW LEVEL SECURITY; ALTER TABLE cura.%1$I FORCE ROW LEVEL SECURITY', t.table_name);
    -- columns
    ins := NULL; upd := NULL; sel := NULL;
    FOR c IN SELECT a.attname, a.attgenerated <> '' AS generated FROM pg_attribute a WHERE a.attrelid = format('cura.%I', t.table_name)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum LOOP
      IF NOT c.attname = ANY (t.hidden) THEN sel := concat_ws(', ', sel, quote_ident(c.attname)); END IF;
      IF c.generated THEN CONTINUE; END IF;
      IF NOT (c.attname = ANY (t.no_insert) OR c.attname = ANY (ARRAY['created_at', 'updated_at', 'version', 'created_by'])
              OR (c.attname = 'id' AND t.table_name NOT IN ('messages', 'voice_notes'))) THEN ins := concat_ws(', ', ins, quote_ident(c.attname)); END IF;
      IF NOT (c.attname = ANY (t.no_update) OR c.attname = ANY (fixed)) THEN upd := concat_ws(', ', upd, quote_ident(c.attname)); END IF;
    END LOOP;
    EXECUTE format('GRANT SELECT (%s) ON cura.%I TO cura_ws', sel, t.table_name);
    IF t.can_insert THEN EXECUTE format('GRANT INSERT (%s) ON cura.%I TO cura_ws', ins, t.table_name); END IF;
    IF t.can_update THEN EXECUTE format('GRANT UPDATE (%s) ON cura.%I TO cura_ws', upd, t.table_name); END IF;
    -- rows
    IF t.read_module = 'platform' THEN
      IF t.table_name = 'organizations' THEN rd := '(SELECT cura.platform_for(''view'')) OR id = (SELECT cura.org_id())';
      ELSIF t.table_name = 'saas_packages' THEN rd := '(SELECT cura.platform_for(''view'')) OR (is_active AND (SELECT cura.org_id()) IS NOT NULL)';
      ELSIF t.table_name IN ('saas_subscriptions', 'saas_invoices', 'saas_payments') THEN rd := '(SELECT cura.platform_for(''view'')) OR organization_id = (SELECT cura.org_for(''subscription'', ''view''))';
      ELSE rd := '(SELECT cura.platform_for(''view''))'; END IF;
      EXECUTE format('CREATE POLICY r ON cura.%I FOR SELECT TO cura_ws USING (%s)', t.table_name, rd);
      EXECUTE format('CREATE POLICY c ON cura.%I FOR INSERT TO cura_ws WITH CHECK ((SELECT cura.platform_for(''create'')))', t.table_name);
      IF t.table_name = 'organizations' THEN
        EXECUTE 'CREATE POLICY u ON cura.organizations FOR UPDATE TO cura_ws USING ((SELECT cura.platform_for(''edit'')) OR id = (SELECT cura.org_for(''settings'', ''edit'')))';
      ELSE EXECUTE format('CREATE POLICY u ON cura.%I FOR UPDATE TO cura_ws USING ((SELECT cura.platform_for(''edit'')))', t.table_name); END IF;
    ELSIF t.table_name = 'subscriptions' THEN
      CREATE POLICY r ON cura.subscriptions FOR SELECT TO cura_ws USING ((SELECT cura.platform_for('view')) OR organization_id = (SELECT cura.org_for('subscription', 'view')));
      CREATE POLICY c ON cura.subscriptions FOR INSERT TO cura_ws WITH CHECK ((SELECT cura.platform_for('create')));
      CREATE POLICY u ON cura.subscriptions FOR UPDATE TO cura_ws USING ((SELECT cura.platform_for('edit')));
    ELSE
      rd := format('organization_id = (SELECT cura.org_for(%L, ''view''))', t.read_module);
      wr := format('organization_id = (SELECT cura.org_for(%L, ''%%s''))', t.write_module);
      pol := '';
      IF t.is_clinical THEN
        pol := format(' AND %I = ANY ((SELECT cura.open_charts())::int[])', t.patient_column);
        IF t.table_name IN ('documents', 'document_files') THEN pol := format(' AND (%1$I IS NULL OR NOT is_clinical OR %1$I = ANY ((SELECT cura.open_charts())::int[]))', t.patient_column);
        ELSIF t.table_name IN ('ai_insights', 'symptom_checks') THEN pol := format(' AND (%1$I IS NULL OR %1$I = ANY ((SELECT cura.open_charts())::int[]))', t.patient_column); END IF;
      END IF;
      IF t.own_rows THEN
        own := CASE WHEN t.table_name IN ('conversations') THEN 'id = ANY ((SELECT cura.my_conversations())::text[])'
                    WHEN t.table_name IN ('conversation_members', 'messages') THEN 'conversation_id = ANY ((SELECT cura.my_conversations())::text[])'
                    ELSE 'user_id = (SELECT cura.user_id())' END;
        pol := pol || ' AND ' || own;
        wr := replace(wr, '%s', CASE WHEN t.write_module = 'dashboard' THEN 'view' ELSE '%s' END);
      END IF;
      EXECUTE format('CREATE POLICY r ON cura.%I FOR SELECT TO cura_ws%s USING (%s)', t.table_name, CASE WHEN t.table_name = 'patients' THEN ', cura_fields' ELSE '' END, rd || pol);
      IF t.can_insert THEN EXECUTE format('CREATE POLICY c ON cura.%I FOR INSERT TO cura_ws WITH CHECK (%s)', t.table_name, replace(wr, '%s', 'create') || pol); END IF;
      IF t.can_update THEN
        EXECUTE format('CREATE POLICY u ON cura.%I FOR UPDATE TO cura_ws USING (%s)', t.table_name,
          CASE t.table_name WHEN 'conversation_members' THEN 'organization_id = (SELECT cura.org_for(''messaging'', ''view'')) AND user_id = (SELECT cura.user_id())'
                            WHEN 'messages' THEN 'organization_id = (SELECT cura.org_for(''messaging'', ''view''))' || pol
                            WHEN 'inventory_stock_alerts' THEN 'organization_id = (SELECT cura.org_for(''inventory'', ''view''))'
                            ELSE replace(wr, '%s', 'edit') || pol END);
      END IF;
      -- a person of the role `patient` sees own rows only
      IF t.patient_column IS NOT NULL THEN
        EXECUTE format('CREATE POLICY own ON cura.%1$I AS RESTRICTIVE FOR ALL TO cura_ws USING ((SELECT cura.own_patient()) IS NULL OR %2$I = (SELECT cura.own_patient()))', t.table_name,
          CASE WHEN t.table_name = 'patients' THEN 'id' ELSE t.patient_column END);
      ELSIF t.table_name = 'invoice_items' THEN
        CREATE POLICY own ON cura.invoice_items AS RESTRICTIVE FOR ALL TO cura_ws
          USING ((SELECT cura.own_patient()) IS NULL OR EXISTS (SELECT FROM cura.invoices i WHERE i.organization_id = invoice_items.organization_id AND i.id = invoice_items.invoice_id AND i.patient_ref = (SELECT cura.own_patient())));
      ELSIF NOT t.own_rows THEN
        EXECUTE format('CREATE POLICY own ON cura.%I AS RESTRICTIVE FOR ALL TO cura_ws USING ((SELECT cura.own_patient()) IS NULL)', t.table_name);
      END IF;
    END IF;
    -- definers read through policies of their own (no BYPASSRLS anywhere)
    EXECUTE format('CREATE POLICY definer ON cura.%I FOR SELECT TO cura_definer USING (true)', t.table_name);
    IF NOT 'password_hash' = ANY (t.hidden) AND NOT 'password' = ANY (t.hidden) AND NOT 'api_key' = ANY (t.hidden) THEN EXECUTE format('GRANT SELECT ON cura.%I TO cura_definer', t.table_name); END IF;
    EXECUTE 'RESET ROLE';
  END LOOP;
END $$;
SET ROLE cura_owner;
GRANT SELECT (organization_id, id, username, title, first_name, last_name, role, department, medical_specialty_category, sub_specialty, is_active, is_system, calendar_colour, prescriber_kind, professional_body, professional_number, cd_prescriber_number, working_days, working_hours) ON cura.users TO cura_definer;
CREATE POLICY auth ON cura.users FOR ALL TO cura_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON cura.roles FOR ALL TO cura_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON cura.organizations FOR ALL TO cura_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON cura.patients FOR SELECT TO cura_auth USING (true);
GRANT SELECT ON cura.patients TO cura_fields;
-- the receipt of a counter sale is kept by whoever sells, who writes no letters and forms
CREATE POLICY till_reads ON cura.document_files FOR SELECT TO cura_ws
  USING (organization_id = (SELECT cura.org_for('sales', 'view')) AND subject_table = 'inventory_sales' AND patient_id IS NULL);
CREATE POLICY till_keeps ON cura.document_files FOR INSERT TO cura_ws
  WITH CHECK (organization_id = (SELECT cura.org_for('sales', 'create')) AND subject_table = 'inventory_sales' AND patient_id IS NULL AND NOT is_clinical);
-- keep names and numbers of other clinics out of the planner statistics that EXPLAIN shows; before the first ANALYZE
ALTER TABLE cura.patients ALTER first_name SET STATISTICS 0, ALTER last_name SET STATISTICS 0, ALTER email SET STATISTICS 0, ALTER phone SET STATISTICS 0, ALTER nhs_number SET STATISTICS 0,
  ALTER phone_e164 SET STATISTICS 0, ALTER second_phone SET STATISTICS 0, ALTER phone_key SET STATISTICS 0, ALTER postcode_key SET STATISTICS 0, ALTER search_key SET STATISTICS 0, ALTER search_key_given SET STATISTICS 0;
-- a person changes the clinic's own row only where the clinic may; the status and the region are the platform's
CREATE FUNCTION cura.guard_organization() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (NEW.subscription_status, NEW.subdomain, NEW.region, NEW.access_level, NEW.features) IS DISTINCT FROM (OLD.subscription_status, OLD.subdomain, OLD.region, OLD.access_level, OLD.features) AND session_user ~ '^ws_' AND NOT cura.platform_for('edit') THEN
    RAISE EXCEPTION 'field not permitted' USING ERRCODE = '42501'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON cura.organizations FOR EACH ROW EXECUTE FUNCTION cura.guard_organization();
-- writes to guarded fields of a patient
CREATE FUNCTION cura.guard_fields() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE o cura.patients;
BEGIN
  IF session_user !~ '^ws_' THEN RETURN NEW; END IF;                        -- the administrator's import and the demo
  IF TG_OP = 'UPDATE' THEN o := OLD; ELSE o.insurance_info := '{}'; o.medical_history := '{}'; END IF;
  IF coalesce(NEW.insurance_info, '{}') IS DISTINCT FROM coalesce(o.insurance_info, '{}') AND NOT cura.may_edit_field('financialData') THEN RAISE EXCEPTION 'field not permitted' USING ERRCODE = '42501'; END IF;
  IF coalesce(NEW.medical_history, '{}') IS DISTINCT FROM coalesce(o.medical_history, '{}') AND NOT cura.may_edit_field('medicalHistory') THEN RAISE EXCEPTION 'field not permitted' USING ERRCODE = '42501'; END IF;
  IF TG_OP = 'UPDATE' AND (NEW.nhs_number, NEW.email, NEW.phone, NEW.second_phone, NEW.address, NEW.emergency_contact, NEW.gp_practice)
     IS DISTINCT FROM (o.nhs_number, o.email, o.phone, o.second_phone, o.address, o.emergency_contact, o.gp_practice)
     AND NOT cura.may_edit_field('patientSensitiveInfo') THEN RAISE EXCEPTION 'field not permitted' USING ERRCODE = '42501'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON cura.patients FOR EACH ROW EXECUTE FUNCTION cura.guard_fields();
RESET ROLE;
SET ROLE cura_fields;
-- reads of guarded fields: one view, same row policy (its owner is not exempt), masked by field group
CREATE VIEW cura.patient_fields WITH (security_barrier) AS
 SELECT p.organization_id, p.id,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.nhs_number END AS nhs_number,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.email END AS email,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.phone END AS phone,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.second_phone END AS second_phone,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.phone_e164 END AS phone_e164,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.address END AS address,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.emergency_contact END AS emergency_contact,
  CASE WHEN (SELECT cura.may_field('patientSensitiveInfo')) THEN p.gp_practice END AS gp_practice,
  CASE WHEN (SELECT cura.may_field('financialData')) THEN p.insurance_info END AS insurance_info,
  CASE WHEN (SELECT cura.may_field('medicalHistory')) AND p.id = ANY ((SELECT cura.open_charts())::int[]) THEN p.medical_history END AS medical_history
 FROM cura.patients p WHERE (SELECT cura.own_patient()) IS NULL OR p.id = (SELECT cura.own_patient());
GRANT SELECT ON cura.patient_fields TO cura_ws;
RESET ROLE;
SET ROLE cura_definer;
-- every session of a clinic may name its people (decisions.md 2)
CREATE VIEW cura.staff WITH (security_barrier) AS
 SELECT u.organization_id, u.id, u.title, u.first_name, u.last_name, u.role, u.department, u.medical_specialty_category, u.sub_specialty, u.is_active, u.calendar_colour, u.prescriber_kind, u.professional_body, u.professional_number, u.working_days, u.working_hours,
  CASE WHEN u.id = (SELECT cura.user_id()) THEN u.cd_prescriber_number END AS cd_prescriber_number
   FROM cura.users u WHERE u.organization_id = (SELECT cura.org_id()) AND NOT u.is_system;
GRANT SELECT ON cura.staff TO cura_ws;
RESET ROLE;
