-- Who did it, which version, what is fixed once signed or issued; and the audit trigger on every table.
SET ROLE cura_owner;
-- The actor of a row is the signed-in person: a default, and no workstation may write the column.
ALTER TABLE cura.staff_shifts ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.patients ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.patient_alerts ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.appointments ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.user_document_preferences ALTER user_id SET DEFAULT cura.user_id();
ALTER TABLE cura.letter_drafts ALTER user_id SET DEFAULT cura.user_id();
ALTER TABLE cura.documents ALTER user_id SET DEFAULT cura.user_id();
ALTER TABLE cura.document_files ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.consultation_addenda ALTER author_id SET DEFAULT cura.user_id();
ALTER TABLE cura.medical_records ALTER author_id SET DEFAULT cura.user_id();
ALTER TABLE cura.patient_allergy_states ALTER stated_by SET DEFAULT cura.user_id();
ALTER TABLE cura.allergies ALTER recorded_by SET DEFAULT cura.user_id();
ALTER TABLE cura.patient_problems ALTER recorded_by SET DEFAULT cura.user_id();
ALTER TABLE cura.observations ALTER taken_by SET DEFAULT cura.user_id();
ALTER TABLE cura.immunizations ALTER given_by SET DEFAULT cura.user_id();
ALTER TABLE cura.clinical_photos ALTER taken_by SET DEFAULT cura.user_id();
ALTER TABLE cura.voice_notes ALTER provider_ref SET DEFAULT cura.user_id();
ALTER TABLE cura.prescriptions ALTER prescribed_by SET DEFAULT cura.user_id();
ALTER TABLE cura.patient_drug_interactions ALTER reported_by SET DEFAULT cura.user_id();
ALTER TABLE cura.dispensings ALTER assembled_by SET DEFAULT cura.user_id();
ALTER TABLE cura.symptom_checks ALTER checked_by SET DEFAULT cura.user_id();
ALTER TABLE cura.label_wordings ALTER entered_by SET DEFAULT cura.user_id();
ALTER TABLE cura.invoices ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.payments ALTER received_by SET DEFAULT cura.user_id();
ALTER TABLE cura.inventory_purchase_orders ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.inventory_sales ALTER sold_by SET DEFAULT cura.user_id();
ALTER TABLE cura.inventory_stock_movements ALTER created_by SET DEFAULT cura.user_id();
ALTER TABLE cura.messages ALTER sender_id SET DEFAULT cura.user_id();
ALTER TABLE cura.patient_communications ALTER sent_by SET DEFAULT cura.user_id();
ALTER TABLE cura.gdpr_consents ALTER recorded_by SET DEFAULT cura.user_id();
ALTER TABLE cura.import_runs ALTER created_by SET DEFAULT cura.user_id();

-- version counts what people change (not what the ledger derives); updated_at follows
CREATE FUNCTION cura.touch_row() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_user = 'cura_ledger' THEN RETURN NEW; END IF;
  IF TG_ARGV[0] LIKE '%v%' THEN NEW.version := OLD.version + 1; END IF;
  IF TG_ARGV[0] LIKE '%u%' THEN NEW.updated_at := timezone('UTC', now()); END IF;
  RETURN NEW;
END $$;
DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT r.table_name, string_agg(CASE a.attname WHEN 'version' THEN 'v' ELSE 'u' END, '') AS what FROM cura_private.table_rule r
             JOIN pg_attribute a ON a.attrelid = format('cura.%I', r.table_name)::regclass AND a.attname IN ('version', 'updated_at') AND NOT a.attisdropped GROUP BY 1 LOOP
    EXECUTE format('CREATE TRIGGER a_touch BEFORE UPDATE ON cura.%I FOR EACH ROW EXECUTE FUNCTION cura.touch_row(%L)', t.table_name, t.what);
  END LOOP;
END $$;

-- appointments: the times of a visit are set by its status
CREATE FUNCTION cura.appointment_times() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE n timestamp := timezone('UTC', now());
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status = OLD.status THEN RETURN NEW; END IF;
  CASE NEW.status
    WHEN 'confirmed' THEN NEW.confirmed_at := coalesce(NEW.confirmed_at, n);
    WHEN 'arrived' THEN NEW.arrived_at := coalesce(NEW.arrived_at, n); NEW.in_room_at := NULL; NEW.completed_at := NULL; NEW.cancelled_at := NULL;
    WHEN 'in_room' THEN NEW.arrived_at := coalesce(NEW.arrived_at, n); NEW.in_room_at := coalesce(NEW.in_room_at, n); NEW.completed_at := NULL; NEW.cancelled_at := NULL;
    WHEN 'completed', 'left' THEN NEW.completed_at := coalesce(NEW.completed_at, n);
    WHEN 'cancelled', 'no_show' THEN NEW.cancelled_at := coalesce(NEW.cancelled_at, n);
    ELSE NEW.arrived_at := NULL; NEW.in_room_at := NULL; NEW.completed_at := NULL; NEW.cancelled_at := NULL;
  END CASE;
  RETURN NEW;
END $$;
CREATE TRIGGER b_times BEFORE INSERT OR UPDATE OF status ON cura.appointments FOR EACH ROW EXECUTE FUNCTION cura.appointment_times();

-- consultations: signing is by the clinician who saw the patient; a signed text never changes, addenda follow it (house rule N5)
CREATE FUNCTION cura.consultation_lock() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF session_user ~ '^ws_' AND NEW.status <> 'draft' THEN RAISE EXCEPTION 'a consultation begins as a draft' USING ERRCODE = '23514', CONSTRAINT = 'consultations_begin_as_draft'; END IF;
    RETURN NEW;
  END IF;
  IF OLD.status <> 'draft' THEN RAISE EXCEPTION 'a signed consultation never changes' USING ERRCODE = '23514', CONSTRAINT = 'consultations_signed_is_final'; END IF;
  IF NEW.status = 'completed' THEN
    IF session_user ~ '^ws_' AND NEW.provider_id <> cura.user_id() THEN RAISE EXCEPTION 'only the clinician of the consultation signs it' USING ERRCODE = '42501'; END IF;
    IF session_user ~ '^ws_' THEN NEW.signed_at := timezone('UTC', now()); NEW.signed_by := cura.user_id(); END IF;
    NEW.content_hash := sha256(convert_to(concat_ws(E'\x1f', NEW.chief_complaint, NEW.history, NEW.examination, NEW.diagnosis, NEW.plan, NEW.notes), 'UTF8'));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_lock BEFORE INSERT OR UPDATE ON cura.consultations FOR EACH ROW EXECUTE FUNCTION cura.consultation_lock();

-- allergies as a whole: who stated it last, and when; "none known" is refused while one is recorded (domain-rules A3.1, A3.3)
CREATE FUNCTION cura.allergy_statement() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user !~ '^ws_' THEN RETURN NEW; END IF;
  IF NEW.state = 'none_known' AND EXISTS (SELECT FROM cura.allergies a WHERE a.organization_id = NEW.organization_id AND a.patient_id = NEW.patient_id AND a.status = 'active') THEN
    RAISE EXCEPTION 'allergies are recorded' USING ERRCODE = '23514', CONSTRAINT = 'patient_allergy_states_contradict'; END IF;
  IF TG_OP = 'UPDATE' THEN NEW.stated_by := cura.user_id(); NEW.stated_at := timezone('UTC', now()); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_statement BEFORE INSERT OR UPDATE ON cura.patient_allergy_states FOR EACH ROW EXECUTE FUNCTION cura.allergy_statement();

-- documents: an issued one is frozen; a change is a new version that says what it replaces (domain-rules A7.4)
CREATE FUNCTION cura.document_lock() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status <> 'draft' AND (NEW.name, NEW.type, NEW.content, NEW.metadata, NEW.is_template, NEW.replaces_id) IS DISTINCT FROM (OLD.name, OLD.type, OLD.content, OLD.metadata, OLD.is_template, OLD.replaces_id) THEN
    RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = '23514', CONSTRAINT = 'documents_issued_is_final'; END IF;
  IF TG_OP = 'UPDATE' AND OLD.status <> 'draft' AND NEW.status = 'draft' THEN
    RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = '23514', CONSTRAINT = 'documents_issued_is_final'; END IF;
  IF NEW.status = 'issued' AND (TG_OP = 'INSERT' OR OLD.status = 'draft') THEN
    IF session_user ~ '^ws_' THEN NEW.issued_at := timezone('UTC', now()); NEW.issued_by := cura.user_id(); END IF;
    NEW.content_hash := sha256(convert_to(NEW.content || NEW.metadata::text, 'UTF8'));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_lock BEFORE INSERT OR UPDATE ON cura.documents FOR EACH ROW EXECUTE FUNCTION cura.document_lock();

-- results: who reviewed, when; dispensings: who checked, when
CREATE FUNCTION cura.result_review() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.status = 'reviewed' AND OLD.status <> 'reviewed' AND session_user ~ '^ws_' THEN NEW.reviewed_by := cura.user_id(); NEW.reviewed_at := timezone('UTC', now()); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_review BEFORE UPDATE ON cura.lab_results FOR EACH ROW EXECUTE FUNCTION cura.result_review();
CREATE FUNCTION cura.dispensing_checks() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE n timestamp := timezone('UTC', now());
BEGIN
  IF session_user !~ '^ws_' THEN RETURN NEW; END IF;
  IF OLD.collected_at IS NOT NULL THEN RAISE EXCEPTION 'a dispensing that was handed out never changes' USING ERRCODE = '23514', CONSTRAINT = 'dispensings_handed_out_is_final'; END IF;
  IF NEW.clinical_check_at IS NOT NULL AND OLD.clinical_check_at IS NULL THEN NEW.clinical_check_at := n; NEW.clinical_check_by := cura.user_id(); END IF;
  IF NEW.assembled_at IS NOT NULL AND OLD.assembled_at IS NULL THEN
    IF NEW.clinical_check_at IS NULL THEN RAISE EXCEPTION 'the clinical check comes before assembly' USING ERRCODE = '23514', CONSTRAINT = 'dispensings_order_of_checks'; END IF;
    NEW.assembled_at := n; NEW.assembled_by := cura.user_id(); END IF;
  IF NEW.accuracy_check_at IS NOT NULL AND OLD.accuracy_check_at IS NULL AND NEW.assembled_at IS NULL THEN
    RAISE EXCEPTION 'the accuracy check comes after assembly' USING ERRCODE = '23514', CONSTRAINT = 'dispensings_order_of_checks'; END IF;
  IF NEW.accuracy_check_at IS NOT NULL AND OLD.accuracy_check_at IS NULL THEN NEW.accuracy_check_at := n; NEW.accuracy_check_by := cura.user_id(); END IF;
  IF NEW.collected_at IS NOT NULL THEN NEW.collected_at := n; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_checks BEFORE UPDATE ON cura.dispensings FOR EACH ROW EXECUTE FUNCTION cura.dispensing_checks();

CREATE TRIGGER c_open AFTER INSERT ON cura.patients FOR EACH ROW EXECUTE FUNCTION cura_private.registered_is_open();
CREATE TRIGGER a_provision AFTER INSERT ON cura.organizations FOR EACH ROW EXECUTE FUNCTION cura_private.provision();
CREATE TRIGGER c_sessions AFTER UPDATE OF subscription_status ON cura.organizations FOR EACH ROW EXECUTE FUNCTION cura_private.organization_changed();
CREATE TRIGGER c_permissions AFTER INSERT OR UPDATE OF role, permissions, is_active, password_hash ON cura.users FOR EACH ROW EXECUTE FUNCTION cura_private.person_changed();
CREATE TRIGGER c_permissions AFTER UPDATE OF permissions ON cura.roles FOR EACH ROW EXECUTE FUNCTION cura_private.role_changed();
CREATE CONSTRAINT TRIGGER users_last_admin AFTER UPDATE OF role, permissions, is_active ON cura.users FOR EACH ROW EXECUTE FUNCTION cura_private.keep_an_administrator();
CREATE CONSTRAINT TRIGGER users_last_admin AFTER UPDATE OF permissions ON cura.roles FOR EACH ROW EXECUTE FUNCTION cura_private.keep_an_administrator();
-- the last one: the trail, on every table
DO $$ DECLARE r cura_private.table_rule; BEGIN
  FOR r IN SELECT * FROM cura_private.table_rule WHERE table_name <> 'gdpr_audit_trail' LOOP
    EXECUTE format('CREATE TRIGGER zz_audit AFTER INSERT OR UPDATE OR DELETE ON cura.%I FOR EACH ROW EXECUTE FUNCTION audit.row_trg(%L, %L)', r.table_name, r.category, coalesce(r.patient_column, ''));
  END LOOP;
END $$;
RESET ROLE;
