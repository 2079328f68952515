-- The one file that maps every table to a module, and gives the 16 roles their defaults with the reason of each widening
-- beyond the matrix of the existing web application (decisions.md 1). Narrow by default: what no work needs, no role gets.
SET ROLE cura_auth;
-- read_module/write_module: which module's verbs open the table. patient_column: the column that holds the patient.
-- is_clinical: rows are read and written only through an opened chart. own_rows: rows belong to one person (a policy of its own).
-- can_insert/can_update: whether workstations hold that right at all; hidden: never selectable from the base table;
-- no_insert/no_update: columns the database fills itself, beside those every table has (id, version, created_at ...).
CREATE TABLE cura_private.table_rule (
  table_name text PRIMARY KEY, category text NOT NULL, read_module text NOT NULL, write_module text NOT NULL,
  patient_column text, is_clinical boolean NOT NULL DEFAULT false, own_rows boolean NOT NULL DEFAULT false,
  can_insert boolean NOT NULL DEFAULT true, can_update boolean NOT NULL DEFAULT true,
  hidden text[] NOT NULL DEFAULT '{}', no_insert text[] NOT NULL DEFAULT '{}', no_update text[] NOT NULL DEFAULT '{}');
INSERT INTO cura_private.table_rule (table_name, category, read_module, write_module, patient_column, is_clinical, own_rows, can_insert, can_update, hidden, no_insert, no_update) VALUES
-- platform: opened by cura.platform_for, never by a clinic's module, except the clinic's own row and the active packages
('organizations',                  'organization', 'platform', 'platform', NULL, false, false, true,  true,  '{}', '{}', '{}'),
('saas_owners',                    'platform', 'platform', 'platform', NULL, false, false, true,  true,  '{password}', '{}', '{password}'),
('saas_packages',                  'platform', 'platform', 'platform', NULL, false, false, true,  true,  '{}', '{}', '{}'),
('saas_settings',                  'platform', 'platform', 'platform', NULL, false, false, true,  true,  '{}', '{}', '{}'),
('saas_subscriptions',             'platform', 'platform', 'platform', NULL, false, false, true,  true,  '{}', '{}', '{}'),
('saas_payments',                  'platform', 'platform', 'platform', NULL, false, false, true,  true,  '{}', '{}', '{}'),
('saas_invoices',                  'platform', 'platform', 'platform', NULL, false, false, true,  true,  '{}', '{}', '{}'),
('subscriptions',                  'organization', 'subscription', 'platform', NULL, false, false, true, true, '{}', '{}', '{}'),
-- people
('roles',                          'staff', 'userManagement', 'userManagement', NULL, false, false, true, true, '{}', '{is_system}', '{is_system,name}'),
('users',                          'staff', 'userManagement', 'userManagement', NULL, false, false, true, true, '{password_hash}',
    '{password_hash,is_saas_owner,is_system,last_login_at,must_change_password,credential_expires_at}', '{password_hash,is_saas_owner,is_system,last_login_at,must_change_password,credential_expires_at}'),
('user_document_preferences',      'staff', 'dashboard', 'dashboard', NULL, false, true, true, true, '{}', '{user_id}', '{user_id}'),
('staff_shifts',                   'staff', 'appointments', 'shiftManagement', NULL, false, false, true, true, '{}', '{}', '{staff_id}'),
('doctor_default_shifts',          'staff', 'appointments', 'shiftManagement', NULL, false, false, true, true, '{}', '{}', '{user_id}'),
('notifications',                  'notification', 'dashboard', 'dashboard', NULL, false, true, false, true, '{}', '{}', '{user_id,title,message,type,related_entity}'),
-- patients and calendar
('patients',                       'demographics', 'patients', 'patients', 'id', false, false, true, true,
    '{nhs_number,email,phone,second_phone,phone_e164,phone_key,postcode_key,address,emergency_contact,gp_practice,insurance_info,medical_history}', '{}', '{}'),
('patient_alerts',                 'demographics', 'patients', 'patients', 'patient_id', false, false, true, true, '{}', '{}', '{patient_id}'),
('appointments',                   'appointment', 'appointments', 'appointments', 'patient_id', false, false, true, true, '{}',
    '{confirmed_at,arrived_at,in_room_at,completed_at,cancelled_at}', '{confirmed_at,arrived_at,in_room_at,completed_at,cancelled_at}'),
-- the clinical record: through an opened chart only
('consultations',                  'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, true, '{}', '{signed_at,signed_by,content_hash}', '{patient_id,signed_at,signed_by,content_hash}'),
('consultation_addenda',           'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, false, '{}', '{author_id}', '{}'),
('medical_records',                'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, false, '{}', '{author_id}', '{}'),
('patient_allergy_states',         'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, true, '{}', '{stated_by,stated_at}', '{patient_id,stated_by,stated_at}'),
('allergies',                      'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, true, '{}', '{recorded_by}', '{patient_id,recorded_by}'),
('patient_problems',               'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, true, '{}', '{recorded_by}', '{patient_id,recorded_by}'),
('observations',                   'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, false, '{}', '{taken_by}', '{}'),
('immunizations',                  'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, false, '{}', '{given_by}', '{}'),
('clinical_photos',                'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, true, '{}', '{taken_by}', '{patient_id,taken_by}'),
('muscles_position',               'clinical', 'medicalRecords', 'medicalRecords', 'patient_id', true, false, true, true, '{}', '{}', '{patient_id}'),
('voice_notes',                    'clinical', 'voiceDocumentation', 'voiceDocumentation', 'patient_ref', true, false, true, true, '{}', '{patient_id,patient_name,provider_id,provider_name,provider_ref}', '{patient_id,patient_ref,patient_name,provider_id,provider_name,provider_ref}'),
('prescriptions',                  'prescription', 'prescriptions', 'prescriptions', 'patient_id', true, false, true, true, '{}', '{prescribed_by,medications,signed_at,signed_by,issued_at,valid_until}', '{patient_id,prescribed_by,medications,signed_at,signed_by,issued_at,valid_until}'),
('prescription_items',             'prescription', 'prescriptions', 'prescriptions', 'patient_id', true, false, true, false, '{}', '{state,dispensed_quantity}', '{}'),
('patient_drug_interactions',      'prescription', 'prescriptions', 'prescriptions', 'patient_id', true, false, true, true, '{}', '{reported_by}', '{patient_id,reported_by}'),
('dispensings',                    'prescription', 'prescriptions', 'prescriptions', 'patient_id', true, false, true, true, '{}', '{assembled_by,assembled_at,clinical_check_by,clinical_check_at,accuracy_check_by,accuracy_check_at,collected_at}', '{prescription_id,patient_id,assembled_by,clinical_check_by,accuracy_check_by}'),
('dispensing_items',               'prescription', 'prescriptions', 'prescriptions', 'patient_id', true, false, true, true, '{}', '{label_prints}', '{dispensing_id,prescription_item_id,patient_id,item_id,batch_id,quantity,quantity_reason,label_text}'),
('lab_results',                    'clinical', 'labResults', 'labResults', 'patient_id', true, false, true, true, '{}', '{reviewed_by,reviewed_at}', '{patient_id,reviewed_by,reviewed_at}'),
('lab_result_items',               'clinical', 'labResults', 'labResults', 'patient_id', true, false, true, false, '{}', '{}', '{}'),
('medical_images',                 'clinical', 'medicalImaging', 'medicalImaging', 'patient_id', true, false, true, true, '{}', '{}', '{patient_id}'),
('ai_insights',                    'clinical', 'aiInsights', 'aiInsights', 'patient_id', true, false, true, true, '{}', '{}', '{patient_id}'),
('symptom_checks',                 'clinical', 'symptomChecker', 'symptomChecker', 'patient_id', true, false, true, false, '{}', '{checked_by}', '{}'),
-- reference
('medications_database',           'reference', 'medicines', 'medicines', NULL, false, false, true, true, '{}', '{}', '{}'),
('label_wordings',                 'reference', 'medicines', 'medicines', NULL, false, false, true, true, '{}', '{entered_by}', '{entered_by,number}'),
('clinical_procedures',            'reference', 'clinicalDecision', 'clinicalDecision', NULL, false, false, true, true, '{}', '{}', '{}'),
('emergency_protocols',            'reference', 'clinicalDecision', 'clinicalDecision', NULL, false, false, true, true, '{}', '{}', '{}'),
-- documents
('documents',                      'document', 'forms', 'forms', 'patient_id', true, false, true, true, '{}', '{user_id,issued_at,issued_by,content_hash}', '{user_id,patient_id,is_clinical,issued_at,issued_by,content_hash}'),
('document_files',                 'document', 'forms', 'forms', 'patient_id', true, false, true, false, '{}', '{}', '{}'),
('letter_drafts',                  'document', 'forms', 'forms', NULL, false, true, true, true, '{}', '{user_id}', '{user_id}'),
-- billing
('invoices',                       'billing', 'billing', 'billing', 'patient_ref', false, false, true, true, '{}',
    '{invoice_number,patient_id,patient_name,paid_amount,payments,items,subtotal,tax,total_amount,issued_at,issued_by,issued_data,content_hash}',
    '{invoice_number,patient_id,patient_ref,patient_name,paid_amount,payments,items,subtotal,tax,total_amount,issued_at,issued_by,issued_data,content_hash,kind,credits_invoice_id}'),
('invoice_items',                  'billing', 'billing', 'billing', NULL, false, false, true, false, '{}', '{}', '{}'),
('payments',                       'billing', 'billing', 'billing', 'patient_ref', false, false, true, true, '{}', '{patient_id,received_by,receipt_number}', '{invoice_id,patient_id,patient_ref,received_by,receipt_number,transaction_id,amount,currency,payment_method,kind,refunds_payment_id,payment_date}'),
('claims',                         'billing', 'billing', 'billing', 'patient_id', false, false, true, true, '{}', '{claim_number}', '{claim_number,patient_id,invoice_id}'),
('insurance_verifications',        'billing', 'billing', 'billing', 'patient_id', false, false, true, true, '{}', '{}', '{patient_id}'),
('pricing_imaging',                'billing', 'billing', 'settings', NULL, false, false, true, true, '{}', '{}', '{}'),
('price_list',                     'billing', 'billing', 'settings', NULL, false, false, true, true, '{}', '{}', '{}'),
('revenue_records',                'finance', 'financialIntelligence', 'financialIntelligence', NULL, false, false, true, false, '{}', '{}', '{}'),
('forecast_models',                'finance', 'financialIntelligence', 'financialIntelligence', NULL, false, false, true, true, '{}', '{}', '{}'),
('financial_forecasts',            'finance', 'financialIntelligence', 'financialIntelligence', NULL, false, false, true, true, '{}', '{}', '{}'),
-- inventory
('inventory_categories',           'inventory', 'inventory', 'inventory', NULL, false, false, true, true, '{}', '{}', '{}'),
('inventory_items',                'inventory', 'inventory', 'inventory', NULL, false, false, true, true, '{}', '{current_stock}', '{current_stock}'),
('inventory_suppliers',            'inventory', 'inventory', 'inventory', NULL, false, false, true, true, '{}', '{}', '{}'),
('inventory_purchase_orders',      'inventory', 'inventory', 'inventory', NULL, false, false, true, true, '{}', '{po_number,approved_by,approved_at}', '{po_number,supplier_id,approved_by,approved_at}'),
('inventory_purchase_order_items', 'inventory', 'inventory', 'inventory', NULL, false, false, true, true, '{}', '{}', '{purchase_order_id,item_id}'),
('inventory_batches',              'inventory', 'inventory', 'inventory', NULL, false, false, true, true, '{}', '{remaining_quantity,is_expired}', '{item_id,remaining_quantity,quantity,is_expired}'),
('inventory_sales',                'inventory', 'sales', 'sales', 'patient_id', false, false, true, true, '{}', '{sale_number,sold_by}', '{sale_number,sold_by,total_amount,tax_amount,sale_date}'),
('inventory_sale_items',           'inventory', 'sales', 'sales', NULL, false, false, true, false, '{}', '{}', '{}'),
('inventory_stock_movements',      'inventory', 'inventory', 'inventory', 'patient_id', false, false, true, false, '{}', '{previous_stock,new_stock}', '{}'),
('inventory_stock_alerts',         'inventory', 'inventory', 'inventory', NULL, false, false, false, true, '{}', '{}', '{item_id,alert_type,threshold_value,current_value,message,batch_id,resolved_by,resolved_at,is_resolved,status}'),
-- messaging: rows belong to the members of the conversation
('conversations',                  'message', 'messaging', 'messaging', 'patient_ref', false, true, false, false, '{}', '{}', '{}'),
('conversation_members',           'message', 'messaging', 'messaging', NULL, false, true, false, true, '{}', '{}', '{conversation_id,user_id,joined_at}'),
('messages',                       'message', 'messaging', 'messaging', NULL, false, true, true, true, '{}', '{sender_id,sender_name,sender_role,timestamp,is_read,delivery_status,external_message_id}', '{conversation_id,sender_id,sender_name,sender_role,recipient_id,recipient_name,subject,content,timestamp,is_read,priority,type,phone_number,message_type,delivery_status,external_message_id}'),
('patient_communications',         'message', 'messaging', 'messaging', 'patient_id', false, false, true, true, '{}', '{sent_by,external_message_id,delivered_at,error_message}', '{sent_by,patient_id,message,phone_number,type}'),
-- data protection
('gdpr_consents',                  'consent', 'patients', 'patients', 'patient_id', false, false, true, true, '{}', '{recorded_by}', '{patient_id,recorded_by,consent_type}'),
('gdpr_data_requests',             'data request', 'gdprCompliance', 'gdprCompliance', 'patient_id', false, false, true, true, '{}', '{}', '{patient_id,request_type,request_date}'),
('gdpr_processing_activities',     'organization', 'gdprCompliance', 'gdprCompliance', NULL, false, false, true, true, '{}', '{}', '{}'),
('gdpr_audit_trail',               'audit', 'audit', 'audit', 'patient_id', false, false, false, false, '{}', '{}', '{}'),
('import_runs',                    'import', 'gdprCompliance', 'gdprCompliance', 'patient_id', false, false, true, false, '{}', '{}', '{}'),
-- chatbot
('chatbot_configs',                'chatbot', 'automation', 'automation', NULL, false, false, true, true, '{api_key}', '{}', '{}'),
('chatbot_sessions',               'chatbot', 'automation', 'automation', 'patient_id', false, false, true, true, '{}', '{}', '{config_id,session_id}'),
('chatbot_messages',               'chatbot', 'automation', 'automation', NULL, false, false, true, true, '{}', '{}', '{session_id,message_id,sender,content}'),
('chatbot_analytics',              'chatbot', 'automation', 'automation', NULL, false, false, true, true, '{}', '{}', '{config_id,date}');

-- verbs: v view, c create, e edit, d delete. `reason` is empty where the matrix of the web application already grants it.
CREATE TABLE cura_private.role_default (role text, module text, verbs text NOT NULL, reason text NOT NULL DEFAULT '', PRIMARY KEY (role, module));
CREATE TABLE cura_private.role_default_field (role text PRIMARY KEY, display text NOT NULL, purpose text NOT NULL, view_fields text[] NOT NULL, edit_fields text[] NOT NULL, reason text NOT NULL DEFAULT '');
INSERT INTO cura_private.role_default_field VALUES
('admin',           'Administrator',    'Runs the clinic: people, settings, every module of its own clinic', '{patientSensitiveInfo,financialData,medicalHistory}', '{patientSensitiveInfo,financialData,medicalHistory}', ''),
('doctor',          'Doctor',           'Medical doctor with full clinical access', '{patientSensitiveInfo,financialData,medicalHistory}', '{patientSensitiveInfo,medicalHistory}', ''),
('nurse',           'Nurse',            'Nursing staff with patient care access', '{patientSensitiveInfo,financialData,medicalHistory}', '{patientSensitiveInfo,medicalHistory}', ''),
('receptionist',    'Receptionist',     'Front desk: patients, calendar, billing at the desk', '{patientSensitiveInfo,financialData}', '{patientSensitiveInfo,financialData}', 'Registers people: NHS number, phone, address and insurance are the work itself'),
('patient',         'Patient',          'Sees own records only', '{patientSensitiveInfo,financialData,medicalHistory}', '{}', ''),
('sample_taker',    'Sample taker',     'Collects samples', '{patientSensitiveInfo,medicalHistory}', '{}', ''),
('lab_technician',  'Lab technician',   'Laboratory work', '{patientSensitiveInfo,medicalHistory}', '{}', 'Identity check before a result is filed needs NHS number and date of birth'),
('pharmacist',      'Pharmacist',       'Dispensing, stock and counter sales', '{patientSensitiveInfo,medicalHistory}', '{}', 'The label and the registers need the address; the clinical check needs allergies and history'),
('dentist',         'Dentist',          'Dental professional with clinical access', '{patientSensitiveInfo,financialData,medicalHistory}', '{patientSensitiveInfo,medicalHistory}', ''),
('dental_nurse',    'Dental nurse',     'Dental nursing', '{patientSensitiveInfo,medicalHistory}', '{}', ''),
('phlebotomist',    'Phlebotomist',     'Blood collection', '{patientSensitiveInfo,medicalHistory}', '{}', 'Identity check before a sample needs NHS number and date of birth'),
('aesthetician',    'Aesthetician',     'Aesthetic treatments', '{patientSensitiveInfo,medicalHistory}', '{medicalHistory}', 'Contact after a treatment; history is part of the treatment record'),
('optician',        'Optician',         'Eye care', '{patientSensitiveInfo,financialData,medicalHistory}', '{medicalHistory}', ''),
('paramedic',       'Paramedic',        'Emergency care', '{patientSensitiveInfo,medicalHistory}', '{medicalHistory}', ''),
('physiotherapist', 'Physiotherapist',  'Physical therapy', '{patientSensitiveInfo,medicalHistory}', '{medicalHistory}', ''),
('other',           'Other',            'Any other member of staff; the least of the clinical roles', '{medicalHistory}', '{}', '');
-- Everybody of a clinic: the dashboard (own notifications, own preferences).
INSERT INTO cura_private.role_default SELECT role, 'dashboard', 'v', '' FROM cura_private.role_default_field;
INSERT INTO cura_private.role_default SELECT 'admin', m, 'vced', CASE WHEN m IN ('analytics','appointments','billing','medicalRecords','patients','prescriptions','settings','userManagement') THEN '' ELSE 'admin gets every module of its clinic (decisions.md 1)' END
  FROM unnest(ARRAY['patients','appointments','medicalRecords','prescriptions','labResults','medicalImaging','forms','messaging','analytics','aiInsights','clinicalDecision','symptomChecker','telemedicine',
    'voiceDocumentation','financialIntelligence','billing','inventory','sales','medicines','userManagement','shiftManagement','subscription','settings','automation','populationHealth','gdprCompliance','audit','devices']) m;
INSERT INTO cura_private.role_default (role, module, verbs, reason) VALUES
('doctor','patients','vce',''),('doctor','appointments','vce',''),('doctor','medicalRecords','vce',''),('doctor','prescriptions','vce',''),('doctor','labResults','vce',''),('doctor','medicalImaging','vce',''),
('doctor','forms','vce',''),('doctor','messaging','vce',''),('doctor','analytics','v',''),('doctor','billing','v',''),('doctor','shiftManagement','vce',''),('doctor','symptomChecker','vc','a check is recorded'),
('doctor','voiceDocumentation','vce',''),('doctor','aiInsights','ve','insights are reviewed by a clinician'),('doctor','clinicalDecision','vce','checklists are written by clinicians'),('doctor','medicines','ve','prescribing needs the formulary; clinicians keep it right'),('doctor','inventory','v','whether a medicine is in stock'),
('nurse','patients','vce',''),('nurse','appointments','vce',''),('nurse','medicalRecords','vce',''),('nurse','prescriptions','vce',''),('nurse','forms','vce',''),('nurse','messaging','vce',''),('nurse','analytics','v',''),('nurse','billing','v',''),
('nurse','shiftManagement','vce',''),('nurse','symptomChecker','vc','a check is recorded'),('nurse','voiceDocumentation','vce',''),('nurse','labResults','vce','takes samples and reads results'),('nurse','medicalImaging','v','reads reports'),('nurse','medicines','v','reads the formulary'),('nurse','clinicalDecision','v','follows checklists'),('nurse','inventory','v','whether a vaccine is in stock'),
('receptionist','patients','vce',''),('receptionist','appointments','vce',''),('receptionist','billing','vce','issues invoices and takes payments at the desk'),('receptionist','messaging','vce','messages the clinicians'),('receptionist','forms','vce','registration papers and letters that are not clinical; clinical ones need an opened chart'),('receptionist','shiftManagement','v','who works today'),
('patient','patients','v',''),('patient','appointments','v','booking by the patient comes with the patient portal; until then reading'),('patient','billing','v',''),('patient','forms','v',''),('patient','labResults','v',''),('patient','medicalImaging','v',''),('patient','medicalRecords','v',''),('patient','messaging','v',''),('patient','prescriptions','v',''),
('sample_taker','patients','v',''),('sample_taker','appointments','v',''),('sample_taker','labResults','vce',''),('sample_taker','medicalRecords','v','opens the chart of the person in the chair'),('sample_taker','messaging','vc','asks the clinician back'),
('lab_technician','labResults','vce',''),('lab_technician','patients','v','files a result with the right person'),('lab_technician','medicalRecords','v','opens the chart to file a result'),('lab_technician','messaging','vc','phones through critical values and writes them down'),
('pharmacist','patients','v',''),('pharmacist','appointments','v',''),('pharmacist','medicalRecords','v',''),('pharmacist','prescriptions','vce',''),('pharmacist','inventory','vce','stock is the work'),('pharmacist','sales','vce','counter sales'),('pharmacist','medicines','vce','keeps the formulary and the label wording'),('pharmacist','messaging','vce','queries to prescribers'),('pharmacist','billing','v','whether a private prescription is paid'),('pharmacist','clinicalDecision','v','reads protocols'),
('dentist','patients','vce',''),('dentist','appointments','vce',''),('dentist','medicalRecords','vce',''),('dentist','prescriptions','vce',''),('dentist','analytics','v',''),('dentist','billing','v',''),('dentist','medicalImaging','vce','dental radiographs'),('dentist','forms','vce','letters and consents'),('dentist','messaging','vce','messages the team'),('dentist','medicines','v','prescribing needs the formulary'),('dentist','labResults','v','reads results'),('dentist','voiceDocumentation','vce','dictates notes'),('dentist','clinicalDecision','v','follows checklists'),
('dental_nurse','patients','ve',''),('dental_nurse','appointments','vce',''),('dental_nurse','medicalRecords','vc',''),('dental_nurse','prescriptions','v',''),('dental_nurse','messaging','vc','messages the team'),('dental_nurse','inventory','v','surgery consumables'),
('phlebotomist','patients','v',''),('phlebotomist','appointments','v',''),('phlebotomist','medicalRecords','v',''),('phlebotomist','labResults','vce','the samples are the work'),('phlebotomist','messaging','vc','messages the team'),
('aesthetician','patients','ve',''),('aesthetician','appointments','vce',''),('aesthetician','medicalRecords','vc',''),('aesthetician','billing','v',''),('aesthetician','messaging','vc','messages the team'),('aesthetician','forms','vc','treatment consents'),('aesthetician','inventory','v','treatment products'),
('optician','patients','v',''),('optician','appointments','v',''),('optician','medicalRecords','vc','writes the eye examination'),('optician','prescriptions','v',''),('optician','billing','v',''),('optician','messaging','vc','messages the team'),('optician','forms','vc','letters to the GP'),('optician','medicalImaging','vc','retinal images'),
('paramedic','patients','vce',''),('paramedic','appointments','vce',''),('paramedic','medicalRecords','vce','needs to read what it writes: allergies first'),('paramedic','prescriptions','v','current medicines in an emergency'),('paramedic','messaging','vc','hands over to the team'),('paramedic','clinicalDecision','v','emergency protocols'),
('physiotherapist','patients','ve',''),('physiotherapist','appointments','vce',''),('physiotherapist','medicalRecords','vce',''),('physiotherapist','prescriptions','v',''),('physiotherapist','billing','v',''),('physiotherapist','messaging','vc','messages the team'),('physiotherapist','forms','vc','letters and exercises'),
('other','patients','v',''),('other','appointments','v','narrower than the matrix: booking is reception''s work'),('other','medicalRecords','v',''),('other','messaging','vc','messages the team');

CREATE FUNCTION cura_private.default_permissions(r text) RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'modules', (SELECT coalesce(jsonb_object_agg(d.module, jsonb_build_object('view', d.verbs LIKE '%v%', 'create', d.verbs LIKE '%c%', 'edit', d.verbs LIKE '%e%', 'delete', d.verbs LIKE '%d%')), '{}') FROM cura_private.role_default d WHERE d.role = r),
    'fields', (SELECT jsonb_object_agg(k, jsonb_build_object('view', k = ANY (f.view_fields), 'edit', k = ANY (f.edit_fields)))
                 FROM cura_private.role_default_field f, unnest(ARRAY['patientSensitiveInfo', 'financialData', 'medicalHistory']) k WHERE f.role = r)) $$;
-- A field group is {view, edit}, or in the older shape one bare boolean, read narrowly: it means view.
CREATE FUNCTION cura_private.field_flag(v jsonb, verb text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE jsonb_typeof(v) WHEN 'boolean' THEN v::text::boolean AND verb = 'view' WHEN 'object' THEN (v ->> verb)::boolean END $$;
-- Role permissions overlaid by the person's own: what both leave unsaid is no.
CREATE FUNCTION cura_private.compile_person(o int, u int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE rp jsonb; up jsonb;
BEGIN
  DELETE FROM cura_private.person_module p WHERE p.organization_id = o AND p.user_id = u;
  DELETE FROM cura_private.person_field p WHERE p.organization_id = o AND p.user_id = u;
  SELECT coalesce(r.permissions, '{}'), coalesce(x.permissions, '{}') INTO rp, up FROM cura.users x JOIN cura.roles r ON r.organization_id = x.organization_id AND r.name = x.role
   WHERE x.organization_id = o AND x.id = u AND x.is_active;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO cura_private.person_module
    SELECT o, u, m, array_agg(v ORDER BY v) FROM
      (SELECT jsonb_object_keys(coalesce(rp -> 'modules', '{}')) UNION SELECT jsonb_object_keys(coalesce(up -> 'modules', '{}'))) AS mods (m),
      unnest(ARRAY['view', 'create', 'edit', 'delete']) v
     WHERE coalesce((up -> 'modules' -> m ->> v)::boolean, (rp -> 'modules' -> m ->> v)::boolean, false) AND (m <> 'platform' OR o = 0)
     GROUP BY m;
  INSERT INTO cura_private.person_field
    SELECT o, u, coalesce(array_agg(k) FILTER (WHERE coalesce(cura_private.field_flag(up -> 'fields' -> k, 'view'), cura_private.field_flag(rp -> 'fields' -> k, 'view'), false)), '{}'),
                 coalesce(array_agg(k) FILTER (WHERE coalesce(cura_private.field_flag(up -> 'fields' -> k, 'edit'), cura_private.field_flag(rp -> 'fields' -> k, 'edit'), false)), '{}')
      FROM unnest(ARRAY['patientSensitiveInfo', 'financialData', 'medicalHistory']) k;
END $$;
-- A changed person: recompile; a changed role, verifier or a disabled account ends every session of that person at once.
CREATE FUNCTION cura_private.person_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE keep bytea := CASE WHEN coalesce(current_setting('cura.token', true), '') <> '' THEN sha256(current_setting('cura.token', true)::bytea) END;
BEGIN
  PERFORM cura_private.compile_person(NEW.organization_id, NEW.id);
  IF TG_OP = 'UPDATE' THEN
    UPDATE cura_private.session s SET revoked_at = now() WHERE s.organization_id = NEW.organization_id AND s.user_id = NEW.id AND s.revoked_at IS NULL
       AND (NEW.role <> OLD.role OR NEW.is_active <> OLD.is_active OR (NEW.password_hash <> OLD.password_hash AND s.token_hash IS DISTINCT FROM keep));
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION cura_private.role_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM cura_private.compile_person(u.organization_id, u.id) FROM cura.users u WHERE u.organization_id = NEW.organization_id AND u.role = NEW.name;
  RETURN NULL;
END $$;
-- Somebody who has signed in before and may change people must remain, else a clinic locks itself out. The permissions are
-- compiled by then (c_permissions comes first by name); the lock makes two administrators who demote each other wait.
CREATE FUNCTION cura_private.keep_an_administrator() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user !~ '^ws_' THEN RETURN NULL; END IF;                       -- the server's administrator repairs
  PERFORM 1 FROM cura_private.organization_secret s WHERE s.organization_id = NEW.organization_id FOR UPDATE;
  IF NOT EXISTS (SELECT FROM cura.users u JOIN cura_private.person_module p ON p.organization_id = u.organization_id AND p.user_id = u.id AND p.module = 'userManagement'
                  WHERE u.organization_id = NEW.organization_id AND u.is_active AND NOT u.must_change_password AND u.password_hash <> '!' AND p.verbs @> '{view,edit}') THEN
    RAISE EXCEPTION 'the clinic would have no administrator' USING ERRCODE = '23514', CONSTRAINT = 'users_last_admin';
  END IF;
  RETURN NULL;
END $$;
-- A suspended organization ends its sessions.
CREATE FUNCTION cura_private.organization_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.subscription_status IN ('suspended', 'cancelled') AND OLD.subscription_status NOT IN ('suspended', 'cancelled') THEN
    UPDATE cura_private.session SET revoked_at = now() WHERE organization_id = NEW.id AND revoked_at IS NULL;
  END IF;
  RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION cura_private.keep_an_administrator, cura_private.person_changed, cura_private.role_changed, cura_private.organization_changed TO cura_owner;
RESET ROLE;
