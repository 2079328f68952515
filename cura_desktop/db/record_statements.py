"""The two statements that read a record: each fetches a whole screen in one round trip."""

SUMMARY = """
SELECT p.id, p.patient_id AS number, p.title, p.first_name, p.last_name, p.preferred_name, p.date_of_birth, p.gender,
  p.gender_at_birth, p.deceased_on, p.is_restricted, f.nhs_number, f.phone, f.email, f.address, f.gp_practice,
  p.id = ANY ((SELECT cura.open_charts())::int[]) AS opened,
  (SELECT jsonb_build_array(s.state, s.stated_by, s.stated_at) FROM cura.patient_allergy_states s
    WHERE s.organization_id = p.organization_id AND s.patient_id = p.id) AS stated,
  (SELECT jsonb_agg(jsonb_build_array(a.id, a.version, a.agent, a.agent_kind, a.is_checkable, a.reactions, a.severity,
      a.status, a.recorded_by, a.recorded_at, coalesce(a.updated_at, a.recorded_at), a.onset_on, a.notes))
     FROM cura.allergies a WHERE a.organization_id = p.organization_id AND a.patient_id = p.id) AS allergies,
  (SELECT jsonb_agg(jsonb_build_array(x.id, x.version, x.label, x.significance, x.status, x.onset_on, x.ended_on,
      x.notes, x.recorded_by, x.created_at))
     FROM cura.patient_problems x WHERE x.organization_id = p.organization_id AND x.patient_id = p.id) AS problems,
  (SELECT jsonb_agg(jsonb_build_array(i.name, i.strength, i.form, i.directions, i.indication, r.issued_at,
      r.prescribed_by, r.kind, i.as_required, r.id, i.duration_days, i.repeats, r.status) ORDER BY r.issued_at
          DESC, i.line)
     FROM cura.prescription_items i JOIN cura.prescriptions r ON r.organization_id = i.organization_id AND r.id
         = i.prescription_id
    WHERE i.organization_id = p.organization_id AND i.patient_id = p.id AND i.state NOT IN ('cancelled',
        'not_supplied')
      AND r.status IN ('active', 'part_dispensed', 'completed')) AS medicines,
  (SELECT jsonb_agg(jsonb_build_array(x.name, x.unit, x.value::text, x.value_text, x.interpretation, x.taken_at,
      NULL, NULL, x.id, x.corrects_id) ORDER BY x.taken_at DESC, x.id DESC)
     FROM (SELECT o.*, row_number() OVER (PARTITION BY o.name ORDER BY o.taken_at DESC, o.id DESC) AS n
             FROM cura.observations o
            WHERE o.organization_id = p.organization_id AND o.patient_id = p.id) x
    WHERE x.n <= 12) AS observations,
  (SELECT jsonb_agg(jsonb_build_array(x.name, x.unit, CASE WHEN x.comparator IS NULL THEN x.value::text END,
      x.value_text, x.interpretation, x.at, x.low::text, x.high::text) ORDER BY x.at
          DESC, x.id DESC)
     FROM (SELECT l.*, coalesce(l.taken_at, l.created_at) AS at,
                  row_number() OVER (PARTITION BY l.name ORDER BY coalesce(l.taken_at, l.created_at) DESC, l.id
                      DESC) AS n
             FROM cura.lab_result_items l WHERE l.organization_id = p.organization_id AND l.patient_id = p.id
              AND l.superseded_at IS NULL AND l.result_status IN ('F', 'C')) x
    WHERE x.n <= 8) AS results,
  (SELECT jsonb_agg(jsonb_build_array(x.id, x.consultation_date, x.type, x.provider_id, x.status, x.chief_complaint,
      x.diagnosis, x.appointment_id))
     FROM (SELECT * FROM cura.consultations c WHERE c.organization_id = p.organization_id AND c.patient_id = p.id
              AND c.status <> 'void' ORDER BY c.consultation_date DESC, c.id DESC LIMIT 6) x) AS visits,
  (SELECT jsonb_agg(jsonb_build_array(x.id, x.text, x.expires_on) ORDER BY x.id DESC) FROM cura.patient_alerts x
    WHERE x.organization_id = p.organization_id AND x.patient_id = p.id AND x.is_active
      AND x.audience IN ('everyone', 'clinicians') AND (x.expires_on IS NULL OR x.expires_on >= :today)) AS alerts,
  (SELECT jsonb_agg(jsonb_build_array(x.vaccine, x.given_on, x.status, x.batch_number) ORDER BY x.given_on
      DESC, x.id DESC)
     FROM cura.immunizations x WHERE x.organization_id = p.organization_id AND x.patient_id = p.id
      AND x.status <> 'entered_in_error') AS immunizations,
  (SELECT min(x.scheduled_at) FROM cura.appointments x WHERE x.organization_id = p.organization_id AND
      x.patient_id = p.id
      AND x.scheduled_at > :now AND x.status IN ('scheduled', 'confirmed')) AS next_appointment
FROM cura.patients p JOIN cura.patient_fields f ON f.organization_id = p.organization_id AND f.id = p.id
WHERE p.id = :patient
"""

JOURNAL = """
SELECT e.*, (SELECT :patient = ANY ((SELECT cura.open_charts())::int[])) AS opened FROM (
  SELECT 'consultation' AS kind, c.id, c.consultation_date AS at, c.provider_id AS author,
         coalesce(nullif(c.diagnosis, ''), nullif(c.chief_complaint, ''), 'Consultation') AS title,
         concat_ws(E'\\n', nullif(c.chief_complaint, ''), nullif(c.history, ''), nullif(c.examination, ''),
                   nullif(c.diagnosis, ''), nullif(c.plan, ''), nullif(c.notes, '')) AS body, c.status
    FROM cura.consultations c WHERE c.patient_id = :patient AND c.status <> 'void'
  UNION ALL SELECT 'addendum', a.consultation_id, a.created_at, a.author_id, 'Addition to a signed note', a.text, ''
    FROM cura.consultation_addenda a WHERE a.patient_id = :patient
  UNION ALL SELECT 'note', m.id, m.recorded_at, m.provider_id, m.title, concat_ws(E'\\n', m.notes, m.diagnosis,
      m.treatment), m.type
    FROM cura.medical_records m WHERE m.patient_id = :patient
  UNION ALL SELECT 'prescription', r.id, r.issued_at, r.prescribed_by,
         coalesce((SELECT string_agg(m ->> 'name', ', ') FROM jsonb_array_elements(r.medications) m), 'Prescription'),
         coalesce((SELECT string_agg(concat_ws(' ', m ->> 'name', m ->> 'dosage') || coalesce(': ' || (m ->>
             'instructions'), ''), E'\\n')
                     FROM jsonb_array_elements(r.medications) m), ''), r.status
    FROM cura.prescriptions r WHERE r.patient_id = :patient AND r.status <> 'draft'
  UNION ALL SELECT 'result', l.id, coalesce(l.reported_at, l.collected_at, l.created_at), l.ordered_by, l.test_name,
         coalesce((SELECT string_agg(concat_ws(E'\\t', i.name, i.value_text, coalesce(i.unit, ''),
                     CASE WHEN i.interpretation <> 'N' THEN '(' || i.interpretation || ')' END), E'\\n' ORDER
                         BY i.line)
            FROM cura.lab_result_items i WHERE i.organization_id = l.organization_id AND i.lab_result_id = l.id
              AND i.superseded_at IS NULL), ''), l.status
    FROM cura.lab_results l WHERE l.patient_id = :patient
  UNION ALL SELECT 'observations', min(o.id), o.taken_at, o.taken_by, 'Observations',
         string_agg(concat_ws(E'\\t', o.name, coalesce(trim_scale(o.value)::text, o.value_text), o.unit), E'\\n'
             ORDER BY o.id), ''
    FROM cura.observations o WHERE o.patient_id = :patient GROUP BY o.taken_at, o.taken_by
  UNION ALL SELECT 'immunization', v.id, v.given_on + time '12:00', v.given_by, v.vaccine, concat_ws(' ', 'Batch',
      v.batch_number), v.status
    FROM cura.immunizations v WHERE v.patient_id = :patient
  UNION ALL SELECT 'letter', d.id, coalesce(d.issued_at, d.created_at), d.user_id, d.name, d.content, d.status
    FROM cura.documents d WHERE d.patient_id = :patient AND d.type = 'letter' AND d.status <> 'void'
  UNION ALL SELECT 'document', d.id, coalesce(d.issued_at, d.created_at), d.user_id, d.name,
         concat_ws(E'\\n', d.content, (SELECT 'File: ' || f.file_name FROM cura.document_files f
            WHERE f.organization_id = d.organization_id AND f.subject_table = 'documents' AND f.subject_id = d.id
              AND f.kind = 'attachment')), d.status
    FROM cura.documents d WHERE d.patient_id = :patient AND d.type <> 'letter' AND NOT d.is_template
     AND d.status <> 'void'
) e
WHERE (CAST(:kind AS text) IS NULL OR e.kind = :kind)
  AND (CAST(:pattern AS text) IS NULL OR e.title ILIKE :pattern OR e.body ILIKE :pattern)
ORDER BY e.at DESC, e.id DESC LIMIT :limit
"""

ATTACHMENT = """
SELECT f.file_name, f.media_type, f.content FROM cura.document_files f
 WHERE f.subject_table = 'documents' AND f.subject_id = :document AND f.kind = 'attachment' AND f.patient_id = :patient
"""
