-- Search and work queues: definers that read across the chart gate and give back identity, status and age, never clinical values.
-- RAISE LOG survives a ROLLBACK of the client: who searched is known even then (design/database.md 6.7); ids and counts only.
GRANT USAGE ON SCHEMA cura_meta TO cura_definer;
GRANT SELECT ON cura_meta.alembic_version TO cura_definer;
SET ROLE cura_definer;
-- One box, any order: names (folded words), birth date range, NHS number, phone key, postcode, patient number; what is NULL does not count.
-- Prefix search walks the two name indexes; with any_fragment, words of three letters and more are also looked for inside names (trigram).
CREATE FUNCTION cura.find_patients(by_names text[], born_from date, born_to date, by_nhs text, by_phone text, by_postcode text, by_number text, any_fragment boolean DEFAULT true, lim int DEFAULT 50)
RETURNS TABLE (id int, patient_number text, title text, first_name text, last_name text, preferred_name text, date_of_birth date, birth_precision text, gender text,
  nhs_number text, phone text, postcode text, is_active boolean, is_restricted boolean, deceased_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  o int := cura.org_for('patients', 'view'); mine int := cura.own_patient(); sees boolean := cura.may_field('patientSensitiveInfo');
  cond text := 'p.organization_id = $1'; cols text; q text; k text; w text; n int := 0; ids int[] := '{}'; part int[]; words text[];
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  IF lim NOT BETWEEN 1 AND 500 THEN RAISE EXCEPTION 'bad arguments' USING ERRCODE = '22023'; END IF;
  IF (by_nhs IS NOT NULL OR by_phone IS NOT NULL OR by_postcode IS NOT NULL) AND NOT sees THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  SELECT array_agg(cura.fold(x)) FILTER (WHERE cura.fold(x) <> '') INTO words FROM unnest(by_names) x;
  n := coalesce(array_length(words, 1), 0);
  IF n = 0 AND born_from IS NULL AND by_nhs IS NULL AND by_phone IS NULL AND by_postcode IS NULL AND by_number IS NULL THEN RAISE EXCEPTION 'bad arguments' USING ERRCODE = '22023'; END IF;
  IF mine IS NOT NULL THEN cond := cond || format(' AND p.id = %s', mine); END IF;
  IF born_from IS NOT NULL THEN cond := cond || format(' AND p.date_of_birth >= %L::date AND p.date_of_birth <= %L::date', born_from, coalesce(born_to, born_from)); END IF;
  IF by_nhs IS NOT NULL THEN cond := cond || format(' AND p.nhs_number = %L', by_nhs); END IF;
  IF by_phone ~ '^0[0-9]{4,8}$' THEN  -- the beginning of a number: the key is what follows the first two of eleven digits
    cond := cond || format(' AND p.phone_key >= %L AND p.phone_key < %L', substr(by_phone, 3), substr(by_phone, 3) || '~');
  ELSIF by_phone IS NOT NULL THEN cond := cond || format(' AND p.phone_key = cura.phone_key(%L)', by_phone); END IF;
  IF by_postcode IS NOT NULL THEN cond := cond || format(' AND p.postcode_key >= %L AND p.postcode_key < %L', upper(by_postcode), upper(by_postcode) || '~'); END IF;
  IF by_number IS NOT NULL THEN cond := cond || format(' AND p.patient_id = upper(%L)', by_number); END IF;
  IF n = 0 THEN
    EXECUTE format('SELECT array_agg(x.id) FROM (SELECT p.id FROM cura.patients p WHERE %s ORDER BY p.search_key, p.id LIMIT $2) x', cond) INTO ids USING o, lim;
  ELSE
    FOREACH k IN ARRAY ARRAY['search_key', 'search_key_given'] LOOP
      -- the first word begins the key; "~" sorts behind every folded character of the C collation that follows it
      q := cond || format(' AND p.%1$I >= %2$L AND p.%1$I < %3$L', k, words[1], words[1] || U&'\FFFF');
      FOREACH w IN ARRAY words[2:] LOOP q := q || format(' AND (p.%1$I LIKE %2$L)', k, '% ' || replace(w, '_', '\_') || '%'); END LOOP;
      EXECUTE format('SELECT array_agg(x.id) FROM (SELECT p.id FROM cura.patients p WHERE %s ORDER BY p.%I, p.id LIMIT $2) x', q, k) INTO part USING o, lim;
      ids := ids || (SELECT coalesce(array_agg(u.i ORDER BY u.o), '{}') FROM unnest(part) WITH ORDINALITY u (i, o) WHERE NOT u.i = ANY (ids));
      IF coalesce(array_length(ids, 1), 0) >= lim THEN EXIT; END IF;
    END LOOP;
    IF any_fragment AND coalesce(array_length(ids, 1), 0) < lim AND length(words[1]) >= 3 THEN
      q := cond;
      FOREACH w IN ARRAY words LOOP q := q || format(' AND p.search_key LIKE %L', '%' || replace(w, '_', '\_') || '%'); END LOOP;
      EXECUTE format('SELECT array_agg(x.id) FROM (SELECT p.id FROM cura.patients p WHERE %s AND NOT p.id = ANY ($3) ORDER BY p.search_key, p.id LIMIT $2) x', q) INTO part USING o, lim, ids;
      ids := ids || coalesce(part, '{}');
    END IF;
  END IF;
  RAISE LOG 'cura: organization % person % searched patients, % found', o, cura.user_id(), coalesce(array_length(ids, 1), 0);
  RETURN QUERY SELECT p.id, p.patient_id, p.title::text, p.first_name, p.last_name, p.preferred_name::text, p.date_of_birth, p.birth_precision::text, p.gender::text,
      CASE WHEN sees THEN p.nhs_number END, CASE WHEN sees THEN p.phone END, CASE WHEN sees THEN p.address ->> 'postcode' END, p.is_active, p.is_restricted, p.deceased_on
    FROM unnest(ids) WITH ORDINALITY u (i, ord) JOIN cura.patients p ON p.organization_id = o AND p.id = u.i ORDER BY u.ord LIMIT lim;
END $$;
-- Exact identity check before registering (never fuzzy): same NHS number, or same folded name and birth date.
CREATE FUNCTION cura.same_patients(first text, last text, born date, nhs text) RETURNS TABLE (id int, patient_number text, first_name text, last_name text, date_of_birth date, because text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE o int := cura.org_for('patients', 'create');
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  RETURN QUERY SELECT p.id, p.patient_id, p.first_name, p.last_name, p.date_of_birth, 'nhs_number' FROM cura.patients p WHERE p.organization_id = o AND p.nhs_number = nhs
    UNION ALL SELECT p.id, p.patient_id, p.first_name, p.last_name, p.date_of_birth, 'name_and_birth' FROM cura.patients p WHERE p.organization_id = o AND p.search_key = cura.fold(last || ' ' || first) AND p.date_of_birth = born AND p.nhs_number IS DISTINCT FROM nhs LIMIT 20;
END $$;
CREATE FUNCTION cura.dispensing_queue() RETURNS TABLE (prescription_id int, patient_id int, patient_number text, first_name text, last_name text, date_of_birth date, status text, supply_state text, priority text,
  sent_at timestamp, valid_until date, prescriber text, items int, controlled boolean, overridden boolean, version int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE o int := cura.org_for('prescriptions', 'edit'); n int;
BEGIN
  IF o IS NULL OR cura.own_patient() IS NOT NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  RETURN QUERY SELECT r.id, r.patient_id, p.patient_id, p.first_name, p.last_name, p.date_of_birth, r.status::text, r.supply_state::text, r.priority::text, r.sent_to_pharmacy_at, r.valid_until,
      concat_ws(' ', u.title, u.first_name, u.last_name), (SELECT count(*)::int FROM cura.prescription_items i WHERE i.organization_id = o AND i.prescription_id = r.id),
      EXISTS (SELECT FROM cura.prescription_items i WHERE i.organization_id = o AND i.prescription_id = r.id AND i.cd_schedule BETWEEN '0001' AND '0009'), r.overrides <> '[]', r.version
    FROM cura.prescriptions r JOIN cura.patients p ON p.organization_id = r.organization_id AND p.id = r.patient_id JOIN cura.users u ON u.organization_id = r.organization_id AND u.id = r.prescribed_by
   WHERE r.organization_id = o AND r.supply_state NOT IN ('not_sent', 'collected', 'cancelled') AND r.status IN ('active', 'part_dispensed', 'completed')
   ORDER BY CASE r.priority WHEN 'waiting' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END, r.sent_to_pharmacy_at LIMIT 500;
  GET DIAGNOSTICS n = ROW_COUNT;
  RAISE LOG 'cura: organization % person % read the dispensing queue, % rows', o, cura.user_id(), n;
END $$;
CREATE FUNCTION cura.results_queue() RETURNS TABLE (result_id int, patient_id int, patient_number text, first_name text, last_name text, date_of_birth date, status text, severity text, ordered_by int, reported_at timestamp, version int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE o int := cura.org_for('labResults', 'view'); n int;
BEGIN
  IF o IS NULL OR cura.own_patient() IS NOT NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  RETURN QUERY SELECT r.id, r.patient_id, p.patient_id, p.first_name, p.last_name, p.date_of_birth, r.status::text, r.severity::text, r.ordered_by, r.reported_at, r.version
    FROM cura.lab_results r JOIN cura.patients p ON p.organization_id = r.organization_id AND p.id = r.patient_id
   WHERE r.organization_id = o AND r.status = 'completed' ORDER BY CASE r.severity WHEN 'critical' THEN 0 WHEN 'abnormal' THEN 1 ELSE 2 END, r.reported_at LIMIT 500;
  GET DIAGNOSTICS n = ROW_COUNT;
  RAISE LOG 'cura: organization % person % read the results queue, % rows', o, cura.user_id(), n;
END $$;
-- The keyed code on issued paper: HMAC of the content hash under the organization's key, so that altered paper is noticed.
CREATE FUNCTION cura.verification_mac(content_hash bytea) RETURNS bytea LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_id();
BEGIN
  IF o IS NULL OR octet_length(content_hash) <> 32 THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  RETURN cura_private.hmac_sha256(content_hash, cura_private.verification_key(o));
END $$;
CREATE FUNCTION cura.schema_version() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT max(v.version_num)::int FROM cura_meta.alembic_version v $$;
GRANT EXECUTE ON FUNCTION cura.find_patients, cura.same_patients, cura.dispensing_queue, cura.results_queue, cura.verification_mac, cura.schema_version TO cura_ws;
RESET ROLE;
