-- A list of patients that leaves the program leaves a trace first: who took whom, in what form. It needs what importing
-- needs; restricted records stay out. The event names the patients by id and holds nothing else of them.
SET ROLE cura_definer;
CREATE FUNCTION cura.note_patient_export(patients int[], form text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('gdprCompliance', 'create'); n int := cardinality(patients);
BEGIN
  IF o IS NULL OR cura.org_for('patients', 'view') IS NULL OR cura.own_patient() IS NOT NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  IF form NOT IN ('csv', 'xlsx') OR form IS NULL OR patients IS NULL OR n NOT BETWEEN 1 AND 50000 OR array_position(patients, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'bad arguments' USING ERRCODE = '22023'; END IF;
  IF (SELECT count(*) FROM cura.patients p WHERE p.organization_id = o AND p.id = ANY (patients) AND NOT p.is_restricted) <> n THEN
    RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  PERFORM audit.put(o, cura.user_id(), 'EXPORT', 'demographics', 'patients', NULL, NULL, jsonb_build_object(
    'reason', format('%s, as %s', CASE n WHEN 1 THEN '1 patient' ELSE n || ' patients' END, CASE form WHEN 'csv' THEN 'CSV' ELSE 'an Excel workbook' END), 'patients', to_jsonb(patients)));
END $$;
GRANT EXECUTE ON FUNCTION cura.note_patient_export TO cura_ws;
RESET ROLE;
