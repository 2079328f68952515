-- One ledger for money and one for stock: totals, balances and copies are derived here and nowhere else, by a role with
-- policies of its own (under FORCE the owner's update would silently touch no row: decisions.md 10).
SET ROLE cura_owner;
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['invoices', 'invoice_items', 'payments', 'prescriptions', 'prescription_items', 'dispensings', 'dispensing_items', 'inventory_items', 'inventory_batches',
    'inventory_stock_movements', 'inventory_stock_alerts', 'inventory_sales', 'inventory_sale_items', 'inventory_purchase_orders', 'claims', 'conversations', 'conversation_members', 'messages',
    'notifications', 'patients', 'users', 'organizations', 'voice_notes'] LOOP
    EXECUTE format('CREATE POLICY ledger ON cura.%I FOR ALL TO cura_ledger USING (true) WITH CHECK (true)', t);
    IF t <> 'users' THEN EXECUTE format('GRANT SELECT ON cura.%I TO cura_ledger', t); END IF;
  END LOOP;
END $$;
GRANT SELECT (organization_id, id, title, first_name, last_name, role, is_active, is_system, prescriber_kind) ON cura.users TO cura_ledger;
GRANT UPDATE (invoice_number, patient_id, patient_name, paid_amount, payments, items, subtotal, tax, total_amount, status, issued_at, issued_by, issued_data, content_hash) ON cura.invoices TO cura_ledger;
GRANT UPDATE (patient_id) ON cura.payments TO cura_ledger;
GRANT UPDATE (medications, status, supply_state) ON cura.prescriptions TO cura_ledger;
GRANT UPDATE (state, dispensed_quantity) ON cura.prescription_items TO cura_ledger;
GRANT UPDATE (current_stock) ON cura.inventory_items TO cura_ledger;
GRANT UPDATE (remaining_quantity, status, is_expired) ON cura.inventory_batches TO cura_ledger;
GRANT UPDATE (status, is_resolved, resolved_at, resolved_by, current_value, message) ON cura.inventory_stock_alerts TO cura_ledger;
GRANT UPDATE (participants, last_message, unread_count, updated_at) ON cura.conversations TO cura_ledger;
GRANT UPDATE (is_read) ON cura.messages TO cura_ledger;
GRANT UPDATE (last_read_at) ON cura.conversation_members TO cura_ledger;
GRANT UPDATE (is_read, updated_at) ON cura.notifications TO cura_ledger;
GRANT INSERT ON cura.inventory_stock_alerts, cura.inventory_stock_movements, cura.notifications, cura.conversations, cura.conversation_members TO cura_ledger;
GRANT DELETE ON cura.invoice_items, cura.prescription_items TO cura_ledger;       -- drafts only, in the two functions below
-- a chain of triggers must name them in order: a_touch, b_..., c_...
RESET ROLE;

SET ROLE cura_ledger;
-- Patient numbers, and the documented text pointers filled from the real key (decisions.md 6).
-- A patient number may leave a gap and must make nobody wait: a sequence for each organization, not a counter row.
CREATE FUNCTION cura.patient_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE series text := format('cura_private.patient_number_%s', NEW.organization_id);
BEGIN
  IF coalesce(NEW.patient_id, '') = '' THEN NEW.patient_id := 'P' || lpad(nextval(series)::text, 6, '0');
  ELSIF session_user !~ '^ws_' AND NEW.patient_id ~ '^P[0-9]{6,8}$' THEN            -- rows an administrator brings with their numbers
    PERFORM setval(series, greatest(substr(NEW.patient_id, 2)::bigint, pg_sequence_last_value(series::regclass)));
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.voice_note_pointers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT p.patient_id, p.last_name || ', ' || p.first_name INTO NEW.patient_id, NEW.patient_name FROM cura.patients p WHERE p.organization_id = NEW.organization_id AND p.id = NEW.patient_ref;
  SELECT u.id::text, concat_ws(' ', u.title, u.first_name, u.last_name) INTO NEW.provider_id, NEW.provider_name FROM cura.users u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.provider_ref;
  RETURN NEW;
END $$;

-- Money ------------------------------------------------------------------------------------------------------------
CREATE FUNCTION cura.invoice_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s text; f text; l text;
BEGIN
  IF session_user ~ '^ws_' AND NEW.status <> 'draft' THEN RAISE EXCEPTION 'an invoice begins as a draft' USING ERRCODE = '23514', CONSTRAINT = 'invoices_begin_as_draft'; END IF;
  IF NEW.invoice_number = '' THEN NEW.invoice_number := 'DRAFT-' || NEW.id; END IF;
  SELECT p.patient_id, p.first_name, p.last_name, coalesce(NEW.nhs_number, p.nhs_number) INTO NEW.patient_id, f, l, s FROM cura.patients p WHERE p.organization_id = NEW.organization_id AND p.id = NEW.patient_ref;
  NEW.patient_name := concat_ws(' ', f, l); NEW.nhs_number := s;
  SELECT o.currency INTO NEW.currency FROM cura.organizations o WHERE o.id = NEW.organization_id;
  RETURN NEW;
END $$;
-- what a workstation may change: a draft freely; an issued invoice only towards overdue (a correction is a credit note, A6.5)
CREATE FUNCTION cura.invoice_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_user = 'cura_ledger' OR session_user !~ '^ws_' THEN RETURN NEW; END IF;
  IF OLD.status = 'draft' THEN
    IF NEW.status NOT IN ('draft', 'sent', 'cancelled') THEN RAISE EXCEPTION 'not from a draft' USING ERRCODE = '23514', CONSTRAINT = 'invoices_issued_is_final'; END IF;
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - ARRAY['status', 'version', 'updated_at']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['status', 'version', 'updated_at'])
     OR NOT (NEW.status = OLD.status OR (OLD.status IN ('sent', 'part_paid') AND NEW.status = 'overdue')) THEN
    RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = '23514', CONSTRAINT = 'invoices_issued_is_final'; END IF;
  RETURN NEW;
END $$;
-- the moment of issue: number from the gap-free series, data frozen, hash taken, all in this transaction (decisions.md 18)
CREATE FUNCTION cura.invoice_issue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE y int := extract(year FROM NEW.invoice_date); lines jsonb;
BEGIN
  SELECT jsonb_agg(to_jsonb(i) - ARRAY['organization_id', 'created_at'] ORDER BY i.line) INTO lines FROM cura.invoice_items i WHERE i.organization_id = NEW.organization_id AND i.invoice_id = NEW.id;
  IF lines IS NULL THEN RAISE EXCEPTION 'an invoice needs a line' USING ERRCODE = '23514', CONSTRAINT = 'invoices_needs_line'; END IF;
  IF NEW.kind = 'invoice' AND NEW.total_amount < 0 THEN RAISE EXCEPTION 'an invoice is not negative' USING ERRCODE = '23514', CONSTRAINT = 'invoices_not_negative'; END IF;
  -- a draft written before the clinic's VAT registration changed is summed wrongly (domain-rules A6.2)
  IF NEW.kind = 'invoice' AND session_user ~ '^ws_' AND EXISTS (SELECT FROM cura.organizations o, cura.invoice_items i WHERE o.id = NEW.organization_id AND i.organization_id = o.id AND i.invoice_id = NEW.id
       AND (i.vat_rate > 0) <> (o.vat_registered AND i.vat_category IN ('STANDARD', 'REDUCED'))) THEN
    RAISE EXCEPTION 'the VAT registration changed' USING ERRCODE = '23514', CONSTRAINT = 'invoices_vat_registration'; END IF;
  IF NEW.kind = 'credit_note' THEN
    PERFORM 1 FROM cura.invoices c WHERE c.organization_id = NEW.organization_id AND c.id = NEW.credits_invoice_id FOR NO KEY UPDATE;
    IF (SELECT c.status IN ('draft', 'cancelled') OR c.kind <> 'invoice' OR c.total_amount + NEW.total_amount + coalesce((SELECT sum(x.total_amount) FROM cura.invoices x WHERE x.organization_id = c.organization_id
         AND x.credits_invoice_id = c.id AND x.status NOT IN ('draft', 'cancelled')), 0) < 0 FROM cura.invoices c WHERE c.organization_id = NEW.organization_id AND c.id = NEW.credits_invoice_id) THEN
      RAISE EXCEPTION 'more is credited than was charged' USING ERRCODE = '23514', CONSTRAINT = 'invoices_credited_within'; END IF;
  END IF;
  NEW.invoice_number := CASE NEW.kind WHEN 'credit_note' THEN 'CN-' ELSE 'INV-' END || y || '-' || lpad(cura_private.take_number(NEW.organization_id, NEW.kind, y)::text, 6, '0');
  IF session_user ~ '^ws_' OR NEW.issued_at IS NULL THEN NEW.issued_at := timezone('UTC', now()); END IF;
  IF session_user ~ '^ws_' THEN NEW.issued_by := cura.user_id(); END IF;
  SELECT jsonb_build_object('number', NEW.invoice_number, 'kind', NEW.kind, 'invoice_date', NEW.invoice_date, 'due_date', NEW.due_date, 'date_of_service', NEW.date_of_service,
      'patient', jsonb_build_object('number', p.patient_id, 'name', concat_ws(' ', p.title, p.first_name, p.last_name), 'born', p.date_of_birth, 'address', p.address, 'nhs_number', NEW.nhs_number),
      'supplier', jsonb_build_object('name', o.name, 'address', o.address, 'phone', o.phone, 'email', o.email, 'vat_registered', o.vat_registered, 'vat_number', o.vat_number, 'bank_details', o.bank_details),
      'currency', NEW.currency, 'lines', lines, 'subtotal', NEW.subtotal, 'discount', NEW.discount, 'tax', NEW.tax, 'total', NEW.total_amount, 'notes', NEW.notes,
      'credits', (SELECT c.invoice_number FROM cura.invoices c WHERE c.organization_id = NEW.organization_id AND c.id = NEW.credits_invoice_id), 'credit_reason', NEW.credit_reason)
    INTO NEW.issued_data FROM cura.patients p, cura.organizations o WHERE p.organization_id = NEW.organization_id AND p.id = NEW.patient_ref AND o.id = NEW.organization_id;
  NEW.content_hash := sha256(convert_to(NEW.issued_data::text, 'UTF8'));
  IF NEW.total_amount = 0 THEN NEW.status := 'paid'; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.invoice_line_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM cura.invoices i WHERE i.organization_id = NEW.organization_id AND i.id = NEW.invoice_id AND i.status = 'draft' FOR NO KEY UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = '23514', CONSTRAINT = 'invoices_issued_is_final'; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.derive_invoice(o int, i int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE cura.invoices v SET subtotal = l.net, tax = l.vat, total_amount = l.net - v.discount + l.vat, items = l.items
    FROM (SELECT coalesce(sum(x.net), 0) AS net, coalesce(sum(x.vat), 0) AS vat, coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'description', x.description, 'quantity', x.quantity,
            'unitPrice', x.unit_price, 'total', x.net, 'vatCategory', x.vat_category, 'vat', x.vat, 'serviceType', x.service_type, 'serviceId', x.service_id) ORDER BY x.line), '[]') AS items
            FROM cura.invoice_items x WHERE x.organization_id = o AND x.invoice_id = i) l
   WHERE v.organization_id = o AND v.id = i $$;
CREATE FUNCTION cura.invoice_lines_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN PERFORM cura.derive_invoice(x.organization_id, x.invoice_id) FROM (SELECT DISTINCT organization_id, invoice_id FROM changed) x; RETURN NULL; END $$;
CREATE FUNCTION cura.invoice_total() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN NEW.total_amount := NEW.subtotal - NEW.discount + NEW.tax; RETURN NEW; END $$;
-- the lines of a draft are replaced as a whole: this takes the old ones away
CREATE FUNCTION cura.clear_invoice_items(invoice int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('billing', 'edit');
BEGIN
  PERFORM 1 FROM cura.invoices i WHERE i.organization_id = o AND i.id = invoice AND i.status = 'draft' FOR NO KEY UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  DELETE FROM cura.invoice_items x WHERE x.organization_id = o AND x.invoice_id = invoice;
END $$;
CREATE FUNCTION cura.payment_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE i cura.invoices; y int := extract(year FROM NEW.payment_date);
BEGIN
  SELECT v.* INTO i FROM cura.invoices v WHERE v.organization_id = NEW.organization_id AND v.id = NEW.invoice_id FOR NO KEY UPDATE;
  IF i.status IN ('draft', 'cancelled', 'credited') OR i.kind <> 'invoice' THEN RAISE EXCEPTION 'only an issued invoice takes a payment' USING ERRCODE = '23514', CONSTRAINT = 'payments_issued_invoice'; END IF;
  IF NEW.patient_ref <> i.patient_ref OR NEW.currency <> i.currency THEN RAISE EXCEPTION 'the payment is for another patient or currency' USING ERRCODE = '23514', CONSTRAINT = 'payments_same_patient'; END IF;
  IF NEW.kind = 'refund' AND NOT EXISTS (SELECT FROM cura.payments p WHERE p.organization_id = NEW.organization_id AND p.id = NEW.refunds_payment_id AND p.invoice_id = NEW.invoice_id AND p.kind = 'payment'
       AND p.payment_status = 'completed' AND p.amount + NEW.amount + coalesce((SELECT sum(r.amount) FROM cura.payments r WHERE r.organization_id = p.organization_id AND r.refunds_payment_id = p.id AND r.payment_status = 'completed'), 0) >= 0) THEN
    RAISE EXCEPTION 'more is refunded than was paid' USING ERRCODE = '23514', CONSTRAINT = 'payments_refund_within'; END IF;
  NEW.patient_id := i.patient_id;
  IF NEW.transaction_id = '' THEN NEW.transaction_id := gen_random_uuid()::text; END IF;
  IF NEW.receipt_number IS NULL AND NEW.payment_status = 'completed' THEN NEW.receipt_number := 'R-' || y || '-' || lpad(cura_private.take_number(NEW.organization_id, 'receipt', y)::text, 6, '0'); END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.payment_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.payment_status <> 'pending' AND NEW.payment_status <> OLD.payment_status THEN RAISE EXCEPTION 'a payment that is over never changes' USING ERRCODE = '23514', CONSTRAINT = 'payments_final'; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.derive_paid(o int, i int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE cura.invoices v SET paid_amount = p.paid, payments = p.copy,
    status = CASE WHEN v.status IN ('draft', 'cancelled', 'credited') OR v.kind = 'credit_note' THEN v.status WHEN p.paid >= v.total_amount THEN 'paid' WHEN p.paid > 0 THEN 'part_paid'
                  WHEN v.due_date < cura_private.clinic_today(o) THEN 'overdue' ELSE 'sent' END
    FROM (SELECT coalesce(sum(x.amount) FILTER (WHERE x.payment_status = 'completed'), 0) AS paid,
                 coalesce(jsonb_agg(jsonb_build_object('id', x.transaction_id, 'amount', x.amount, 'method', x.payment_method, 'date', x.payment_date, 'status', x.payment_status, 'reference', x.receipt_number) ORDER BY x.id), '[]') AS copy
            FROM cura.payments x WHERE x.organization_id = o AND x.invoice_id = i) p
   WHERE v.organization_id = o AND v.id = i $$;
CREATE FUNCTION cura.payments_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN PERFORM cura.derive_paid(NEW.organization_id, NEW.invoice_id); RETURN NULL; END $$;
-- a credit note that is issued for the whole amount closes its invoice
CREATE FUNCTION cura.credit_issued() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE cura.invoices i SET status = 'credited' WHERE i.organization_id = NEW.organization_id AND i.id = NEW.credits_invoice_id AND i.paid_amount = 0
     AND i.total_amount + (SELECT sum(c.total_amount) FROM cura.invoices c WHERE c.organization_id = i.organization_id AND c.credits_invoice_id = i.id AND c.status <> 'draft') <= 0;
  RETURN NULL;
END $$;
CREATE FUNCTION cura.claim_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.claim_number = '' THEN NEW.claim_number := 'CL-' || extract(year FROM now())::int || '-' || lpad(cura_private.take_number(NEW.organization_id, 'claim', extract(year FROM now())::int)::text, 6, '0'); END IF;
  RETURN NEW;
END $$;

-- Stock ------------------------------------------------------------------------------------------------------------
-- A movement is the only way stock changes: it locks batch and item, takes before and after, and can never go below zero.
CREATE FUNCTION cura.stock_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE tracked boolean;
BEGIN
  SELECT i.batch_tracking INTO tracked FROM cura.inventory_items i WHERE i.organization_id = NEW.organization_id AND i.id = NEW.item_id FOR NO KEY UPDATE;
  IF tracked AND NEW.batch_id IS NULL THEN RAISE EXCEPTION 'a batch is needed' USING ERRCODE = '23514', CONSTRAINT = 'stock_movements_needs_batch'; END IF;
  IF NEW.batch_id IS NOT NULL THEN
    IF NEW.movement_type IN ('sale', 'dispense') AND EXISTS (SELECT FROM cura.inventory_batches b WHERE b.organization_id = NEW.organization_id AND b.id = NEW.batch_id
         AND (b.status IN ('quarantined', 'recalled') OR b.expiry_date < cura_private.clinic_today(NEW.organization_id))) THEN
      RAISE EXCEPTION 'expired or quarantined stock is never supplied' USING ERRCODE = '23514', CONSTRAINT = 'stock_movements_usable_batch'; END IF;
    UPDATE cura.inventory_batches b SET remaining_quantity = b.remaining_quantity + NEW.quantity,
        status = CASE WHEN b.status = 'active' AND b.remaining_quantity + NEW.quantity = 0 THEN 'depleted' WHEN b.status = 'depleted' AND b.remaining_quantity + NEW.quantity > 0 THEN 'active' ELSE b.status END
     WHERE b.organization_id = NEW.organization_id AND b.id = NEW.batch_id;
  END IF;
  UPDATE cura.inventory_items i SET current_stock = i.current_stock + NEW.quantity WHERE i.organization_id = NEW.organization_id AND i.id = NEW.item_id
    RETURNING i.current_stock - NEW.quantity, i.current_stock INTO NEW.previous_stock, NEW.new_stock;
  RETURN NEW;
END $$;
-- Alerts are raised and resolved by the stock itself.
CREATE FUNCTION cura.refresh_alerts(o int, item int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE today date := cura_private.clinic_today(o);
BEGIN
  WITH due AS (
    SELECT i.id AS item_id, a.kind, NULL::int AS batch_id, a.threshold, i.current_stock AS value, a.message FROM cura.inventory_items i,
      LATERAL (VALUES ('out_of_stock', 0, i.current_stock = 0, 'Out of stock'), ('low_stock', i.reorder_point, i.current_stock > 0 AND i.current_stock <= i.reorder_point, 'At or below the reorder point'),
                      ('overstock', i.maximum_stock, i.current_stock > i.maximum_stock, 'Above the maximum')) a (kind, threshold, holds, message)
     WHERE i.organization_id = o AND (item IS NULL OR i.id = item) AND i.is_active AND a.holds
    UNION ALL
    SELECT b.item_id, CASE WHEN b.expiry_date < today THEN 'expired' ELSE 'expiring_soon' END, b.id, 60, (b.expiry_date::date - today), CASE WHEN b.expiry_date < today THEN 'Expired: write off' ELSE 'Expires within 60 days' END
      FROM cura.inventory_batches b WHERE b.organization_id = o AND (item IS NULL OR b.item_id = item) AND b.remaining_quantity > 0 AND b.expiry_date < today + 60),
  resolved AS (
    UPDATE cura.inventory_stock_alerts a SET status = 'resolved', is_resolved = true, resolved_at = timezone('UTC', now()), resolved_by = cura.user_id()
     WHERE a.organization_id = o AND (item IS NULL OR a.item_id = item) AND a.status = 'active'
       AND NOT EXISTS (SELECT FROM due d WHERE d.item_id = a.item_id AND d.kind = a.alert_type AND d.batch_id IS NOT DISTINCT FROM a.batch_id))
  INSERT INTO cura.inventory_stock_alerts (organization_id, item_id, alert_type, threshold_value, current_value, message, batch_id)
    SELECT o, d.item_id, d.kind, d.threshold, d.value, d.message, d.batch_id FROM due d
     WHERE NOT EXISTS (SELECT FROM cura.inventory_stock_alerts a WHERE a.organization_id = o AND a.item_id = d.item_id AND a.alert_type = d.kind AND a.batch_id IS NOT DISTINCT FROM d.batch_id AND a.status = 'active');
END $$;
CREATE FUNCTION cura.stock_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN PERFORM cura.refresh_alerts(NEW.organization_id, NEW.item_id); RETURN NULL; END $$;
CREATE FUNCTION cura.refresh_stock_alerts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('inventory', 'view');
BEGIN IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF; PERFORM cura.refresh_alerts(o, NULL); END $$;
CREATE FUNCTION cura.sale_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE y int := extract(year FROM NEW.sale_date);
BEGIN
  IF NEW.sale_number = '' THEN NEW.sale_number := 'S-' || y || '-' || lpad(cura_private.take_number(NEW.organization_id, 'sale', y)::text, 6, '0'); END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.order_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE y int := extract(year FROM NEW.order_date);
BEGIN
  IF NEW.po_number = '' THEN NEW.po_number := 'PO-' || y || '-' || lpad(cura_private.take_number(NEW.organization_id, 'purchase order', y)::text, 6, '0'); END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.sale_item_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO cura.inventory_stock_movements (organization_id, item_id, batch_id, movement_type, quantity, reference_type, reference_id, created_by, patient_id)
    SELECT NEW.organization_id, NEW.item_id, NEW.batch_id, 'sale', -NEW.quantity, 'sale', NEW.sale_id, s.sold_by, s.patient_id FROM cura.inventory_sales s WHERE s.organization_id = NEW.organization_id AND s.id = NEW.sale_id;
  RETURN NULL;
END $$;

-- Prescriptions ------------------------------------------------------------------------------------------------------
CREATE FUNCTION cura.prescription_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_user = 'cura_ledger' OR session_user !~ '^ws_' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'draft' AND NEW.kind <> 'history' THEN RAISE EXCEPTION 'a prescription begins as a draft' USING ERRCODE = '23514', CONSTRAINT = 'prescriptions_begin_as_draft'; END IF;
    RETURN NEW;
  END IF;
  IF OLD.status <> 'draft' AND (NEW.diagnosis, NEW.notes, NEW.kind, NEW.consultation_id, NEW.check_report, NEW.overrides, NEW.allergy_statement, NEW.expires_at)
     IS DISTINCT FROM (OLD.diagnosis, OLD.notes, OLD.kind, OLD.consultation_id, OLD.check_report, OLD.overrides, OLD.allergy_statement, OLD.expires_at) THEN
    RAISE EXCEPTION 'an issued prescription never changes' USING ERRCODE = '23514', CONSTRAINT = 'prescriptions_issued_is_final'; END IF;
  IF NEW.status <> OLD.status AND NOT ((OLD.status = 'draft' AND NEW.status IN ('active', 'cancelled')) OR (OLD.status = 'active' AND NEW.status IN ('cancelled', 'expired', 'completed')) OR (OLD.status = 'part_dispensed' AND NEW.status IN ('cancelled', 'expired', 'completed'))) THEN
    RAISE EXCEPTION 'not a step a prescription can take' USING ERRCODE = '23514', CONSTRAINT = 'prescriptions_steps'; END IF;
  RETURN NEW;
END $$;
-- issue: by the prescriber, who must be one; validity as domain-rules A5a.3 and A5c.3
CREATE FUNCTION cura.prescription_issue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE today date := cura_private.clinic_today(NEW.organization_id); controlled boolean; n int;
BEGIN
  IF session_user !~ '^ws_' THEN RETURN NEW; END IF;
  SELECT count(*), bool_or(i.cd_schedule BETWEEN '0001' AND '0009') INTO n, controlled FROM cura.prescription_items i WHERE i.organization_id = NEW.organization_id AND i.prescription_id = NEW.id;
  IF n = 0 THEN RAISE EXCEPTION 'a prescription needs a medicine' USING ERRCODE = '23514', CONSTRAINT = 'prescriptions_needs_item'; END IF;
  IF NEW.prescribed_by <> cura.user_id() OR NOT EXISTS (SELECT FROM cura.users u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.prescribed_by AND u.prescriber_kind IS NOT NULL) THEN
    RAISE EXCEPTION 'only a prescriber issues a prescription' USING ERRCODE = '42501', CONSTRAINT = 'prescriptions_prescriber'; END IF;
  NEW.issued_at := timezone('UTC', now()); NEW.signed_at := NEW.issued_at; NEW.signed_by := cura.user_id();
  NEW.valid_until := CASE WHEN controlled THEN today + 28 ELSE (today + interval '6 months')::date - (extract(day FROM today + interval '6 months') >= extract(day FROM today))::int END;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.prescription_item_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM cura.prescriptions p WHERE p.organization_id = NEW.organization_id AND p.id = NEW.prescription_id AND (p.status = 'draft' OR p.kind = 'history' OR session_user !~ '^ws_') FOR NO KEY UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'an issued prescription never changes' USING ERRCODE = '23514', CONSTRAINT = 'prescriptions_issued_is_final'; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.derive_medications(o int, p int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE cura.prescriptions r SET medications = (SELECT coalesce(jsonb_agg(jsonb_build_object('name', i.name, 'dosage', concat_ws(' ', i.strength, i.form), 'frequency', i.frequency,
      'duration', CASE WHEN i.duration_days IS NOT NULL THEN i.duration_days || ' days' END, 'quantity', i.quantity, 'refills', i.repeats, 'instructions', i.directions, 'genericAllowed', true) ORDER BY i.line), '[]')
      FROM cura.prescription_items i WHERE i.organization_id = o AND i.prescription_id = p) WHERE r.organization_id = o AND r.id = p $$;
CREATE FUNCTION cura.prescription_items_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN PERFORM cura.derive_medications(x.organization_id, x.prescription_id) FROM (SELECT DISTINCT organization_id, prescription_id FROM changed) x; RETURN NULL; END $$;
CREATE FUNCTION cura.clear_prescription_items(prescription int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('prescriptions', 'edit');
BEGIN
  PERFORM 1 FROM cura.prescriptions p WHERE p.organization_id = o AND p.id = prescription AND p.status = 'draft' AND p.prescribed_by = cura.user_id() FOR NO KEY UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  DELETE FROM cura.prescription_items x WHERE x.organization_id = o AND x.prescription_id = prescription;
END $$;
-- supplying a line moves stock and counts what was supplied, in one transaction
CREATE FUNCTION cura.dispensed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE rx int; open_lines int;
BEGIN
  PERFORM 1 FROM cura.prescription_items i JOIN cura.dispensings d ON d.organization_id = i.organization_id AND d.prescription_id = i.prescription_id AND d.id = NEW.dispensing_id
    WHERE i.organization_id = NEW.organization_id AND i.id = NEW.prescription_item_id AND i.patient_id = NEW.patient_id AND d.patient_id = NEW.patient_id;
  IF NOT FOUND THEN RAISE EXCEPTION 'the line belongs to another prescription' USING ERRCODE = '23514', CONSTRAINT = 'dispensing_items_same_prescription'; END IF;
  IF EXISTS (SELECT FROM cura.prescriptions p JOIN cura.dispensings d ON d.organization_id = p.organization_id AND d.prescription_id = p.id WHERE d.organization_id = NEW.organization_id AND d.id = NEW.dispensing_id
      AND (p.status NOT IN ('active', 'part_dispensed') OR p.valid_until < cura_private.clinic_today(NEW.organization_id))) AND session_user ~ '^ws_' THEN
    RAISE EXCEPTION 'the prescription is not valid' USING ERRCODE = '23514', CONSTRAINT = 'dispensings_valid_prescription'; END IF;
  INSERT INTO cura.inventory_stock_movements (organization_id, item_id, batch_id, movement_type, quantity, reference_type, reference_id, created_by, patient_id)
    SELECT NEW.organization_id, NEW.item_id, NEW.batch_id, 'dispense', -NEW.quantity, 'dispensing', NEW.dispensing_id, d.assembled_by, NEW.patient_id FROM cura.dispensings d WHERE d.organization_id = NEW.organization_id AND d.id = NEW.dispensing_id;
  UPDATE cura.prescription_items i SET dispensed_quantity = i.dispensed_quantity + NEW.quantity,
      state = CASE WHEN i.dispensed_quantity + NEW.quantity >= i.quantity THEN 'dispensed' ELSE 'part_dispensed' END
    WHERE i.organization_id = NEW.organization_id AND i.id = NEW.prescription_item_id RETURNING i.prescription_id INTO rx;
  SELECT count(*) INTO open_lines FROM cura.prescription_items i WHERE i.organization_id = NEW.organization_id AND i.prescription_id = rx AND i.state NOT IN ('dispensed', 'not_supplied', 'cancelled');
  UPDATE cura.prescriptions p SET status = CASE WHEN open_lines = 0 THEN 'completed' ELSE 'part_dispensed' END WHERE p.organization_id = NEW.organization_id AND p.id = rx AND p.status IN ('active', 'part_dispensed');
  RETURN NULL;
END $$;

-- Messages -----------------------------------------------------------------------------------------------------------
CREATE FUNCTION cura.derive_participants() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE cura.conversations c SET participants = (SELECT coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', concat_ws(' ', u.title, u.first_name, u.last_name), 'role', u.role) ORDER BY u.id), '[]')
      FROM cura.conversation_members m JOIN cura.users u ON u.organization_id = m.organization_id AND u.id = m.user_id WHERE m.organization_id = NEW.organization_id AND m.conversation_id = NEW.conversation_id)
   WHERE c.organization_id = NEW.organization_id AND c.id = NEW.conversation_id;
  RETURN NULL;
END $$;
CREATE FUNCTION cura.start_conversation(conversation text, subject text, people int[], patient int DEFAULT NULL) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('messaging', 'create'); me int := cura.user_id();
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  IF conversation !~ '^[0-9a-f-]{36}$' OR length(subject) > 500 THEN RAISE EXCEPTION 'bad arguments' USING ERRCODE = '22023'; END IF;
  INSERT INTO cura.conversations (organization_id, id, subject, patient_ref, created_by, is_patient_conversation) VALUES (o, conversation, subject, patient, me, false) ON CONFLICT (organization_id, id) DO NOTHING;
  IF NOT FOUND THEN
    IF EXISTS (SELECT FROM cura.conversations c WHERE c.organization_id = o AND c.id = conversation AND c.created_by = me) THEN RETURN conversation; END IF;   -- the same submit again
    RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501';
  END IF;
  INSERT INTO cura.conversation_members (organization_id, conversation_id, user_id)
    SELECT o, conversation, u.id FROM cura.users u WHERE u.organization_id = o AND (u.id = ANY (people) OR u.id = me) AND u.is_active;
  RETURN conversation;
END $$;
CREATE FUNCTION cura.message_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT concat_ws(' ', u.title, u.first_name, u.last_name), u.role INTO NEW.sender_name, NEW.sender_role FROM cura.users u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.sender_id;
  IF coalesce(NEW.message_type, 'internal') = 'internal' THEN NEW.delivery_status := 'delivered'; END IF;
  -- one after the other: a message that becomes visible later also has the later time, so nobody has "read" it unseen
  IF session_user ~ '^ws_' THEN
    PERFORM 1 FROM cura.conversations c WHERE c.organization_id = NEW.organization_id AND c.id = NEW.conversation_id FOR NO KEY UPDATE;
    NEW."timestamp" := timezone('UTC', clock_timestamp());
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cura.message_sent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE cura.conversations c SET last_message = jsonb_build_object('id', NEW.id, 'senderId', NEW.sender_id, 'subject', NEW.subject, 'content', left(NEW.content, 200), 'timestamp', NEW."timestamp", 'priority', NEW.priority),
      updated_at = NEW."timestamp", unread_count = c.unread_count + 1 WHERE c.organization_id = NEW.organization_id AND c.id = NEW.conversation_id;
  UPDATE cura.conversation_members m SET last_read_at = NEW."timestamp" WHERE m.organization_id = NEW.organization_id AND m.conversation_id = NEW.conversation_id AND m.user_id = NEW.sender_id;
  INSERT INTO cura.notifications (organization_id, user_id, created_at, title, message, type, related_entity)
    SELECT NEW.organization_id, m.user_id, NEW."timestamp", 'Message from ' || NEW.sender_name, CASE WHEN NEW.subject = '' THEN 'New message' ELSE NEW.subject END, CASE WHEN NEW.priority = 'urgent' THEN 'warning' ELSE 'info' END,
           jsonb_build_object('type', 'conversation', 'id', NEW.conversation_id)
      FROM cura.conversation_members m WHERE m.organization_id = NEW.organization_id AND m.conversation_id = NEW.conversation_id AND m.user_id <> NEW.sender_id AND NOT m.is_muted;
  RETURN NULL;
END $$;
-- unread_count is the number of messages that somebody has not read yet; each person's own count comes from last_read_at
-- `seen` is the time of the newest message on the person's screen: what arrived since stays unread.
CREATE FUNCTION cura.mark_read(conversation text, seen timestamp DEFAULT NULL) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('messaging', 'view'); me int := cura.user_id(); slowest timestamp; until timestamp := least(coalesce(seen, 'infinity'), timezone('UTC', clock_timestamp()));
BEGIN
  UPDATE cura.conversation_members m SET last_read_at = greatest(m.last_read_at, until) WHERE m.organization_id = o AND m.conversation_id = conversation AND m.user_id = me;
  IF NOT FOUND THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  SELECT min(coalesce(m.last_read_at, '-infinity')) INTO slowest FROM cura.conversation_members m WHERE m.organization_id = o AND m.conversation_id = conversation;
  UPDATE cura.messages x SET is_read = true WHERE x.organization_id = o AND x.conversation_id = conversation AND NOT x.is_read AND x."timestamp" <= slowest;
  UPDATE cura.conversations c SET unread_count = (SELECT count(*) FROM cura.messages x WHERE x.organization_id = o AND x.conversation_id = conversation AND NOT x.is_read) WHERE c.organization_id = o AND c.id = conversation;
  UPDATE cura.notifications n SET is_read = true, updated_at = timezone('UTC', now()) WHERE n.organization_id = o AND n.user_id = me AND NOT n.is_read AND n.related_entity ->> 'id' = conversation AND n.created_at <= until;
END $$;
CREATE FUNCTION cura.notify(person int, title text, message text, kind text, related jsonb DEFAULT NULL) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('messaging', 'create');
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  INSERT INTO cura.notifications (organization_id, user_id, title, message, type, related_entity) VALUES (o, person, left(title, 200), left(message, 2000), kind, related);
END $$;

-- Proof: every derived figure against its ledger. No row = everything agrees.
CREATE FUNCTION cura_private.prove() RETURNS TABLE (organization_id int, what text, row_id text, expected numeric, found numeric) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.organization_id, 'inventory_items.current_stock', i.id::text, coalesce(m.q, 0), i.current_stock FROM cura.inventory_items i
    LEFT JOIN (SELECT x.organization_id, x.item_id, sum(x.quantity) q FROM cura.inventory_stock_movements x GROUP BY 1, 2) m ON m.organization_id = i.organization_id AND m.item_id = i.id WHERE i.current_stock <> coalesce(m.q, 0)
  UNION ALL SELECT b.organization_id, 'inventory_batches.remaining_quantity', b.id::text, coalesce(m.q, 0), b.remaining_quantity FROM cura.inventory_batches b
    LEFT JOIN (SELECT x.organization_id, x.batch_id, sum(x.quantity) q FROM cura.inventory_stock_movements x GROUP BY 1, 2) m ON m.organization_id = b.organization_id AND m.batch_id = b.id WHERE b.remaining_quantity <> coalesce(m.q, 0)
  UNION ALL SELECT i.organization_id, 'batches of a tracked item', i.id::text, i.current_stock, coalesce(b.q, 0) FROM cura.inventory_items i
    LEFT JOIN (SELECT x.organization_id, x.item_id, sum(x.remaining_quantity) q FROM cura.inventory_batches x GROUP BY 1, 2) b ON b.organization_id = i.organization_id AND b.item_id = i.id WHERE i.batch_tracking AND i.current_stock <> coalesce(b.q, 0)
  UNION ALL SELECT i.organization_id, 'inventory_stock_movements.new_stock', i.id::text, i.previous_stock + i.quantity, i.new_stock FROM cura.inventory_stock_movements i WHERE i.new_stock <> i.previous_stock + i.quantity
  UNION ALL SELECT v.organization_id, 'invoices.paid_amount', v.id::text, coalesce(p.q, 0), v.paid_amount FROM cura.invoices v
    LEFT JOIN (SELECT x.organization_id, x.invoice_id, sum(x.amount) q FROM cura.payments x WHERE x.payment_status = 'completed' GROUP BY 1, 2) p ON p.organization_id = v.organization_id AND p.invoice_id = v.id WHERE v.paid_amount <> coalesce(p.q, 0)
  UNION ALL SELECT v.organization_id, 'invoices.payments copy', v.id::text, v.paid_amount, c.q FROM cura.invoices v, LATERAL (SELECT coalesce(sum((e ->> 'amount')::numeric) FILTER (WHERE e ->> 'status' = 'completed'), 0) q FROM jsonb_array_elements(v.payments) e) c WHERE c.q <> v.paid_amount
  UNION ALL SELECT v.organization_id, 'invoices.total_amount', v.id::text, coalesce(l.net, 0) + coalesce(l.vat, 0) - v.discount, v.total_amount FROM cura.invoices v
    LEFT JOIN (SELECT x.organization_id, x.invoice_id, sum(x.net) net, sum(x.vat) vat FROM cura.invoice_items x GROUP BY 1, 2) l ON l.organization_id = v.organization_id AND l.invoice_id = v.id WHERE v.total_amount <> coalesce(l.net, 0) + coalesce(l.vat, 0) - v.discount
  UNION ALL SELECT v.organization_id, 'invoices.items copy', v.id::text, v.subtotal, c.q FROM cura.invoices v, LATERAL (SELECT coalesce(sum((e ->> 'total')::numeric), 0) q FROM jsonb_array_elements(v.items) e) c WHERE c.q <> v.subtotal
  UNION ALL SELECT i.organization_id, 'prescription_items.dispensed_quantity', i.id::text, coalesce(d.q, 0), i.dispensed_quantity FROM cura.prescription_items i
    LEFT JOIN (SELECT x.organization_id, x.prescription_item_id, sum(x.quantity) q FROM cura.dispensing_items x GROUP BY 1, 2) d ON d.organization_id = i.organization_id AND d.prescription_item_id = i.id WHERE i.dispensed_quantity <> coalesce(d.q, 0)
  UNION ALL SELECT r.organization_id, 'prescriptions.medications copy', r.id::text, coalesce(c.n, 0), jsonb_array_length(r.medications) FROM cura.prescriptions r
    LEFT JOIN (SELECT x.organization_id, x.prescription_id, count(*) n FROM cura.prescription_items x GROUP BY 1, 2) c ON c.organization_id = r.organization_id AND c.prescription_id = r.id WHERE jsonb_array_length(r.medications) <> coalesce(c.n, 0)
$$;
CREATE FUNCTION cura.prove() RETURNS TABLE (what text, row_id text, expected numeric, found numeric) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o int := cura.org_for('audit', 'view');
BEGIN
  IF o IS NULL THEN RAISE EXCEPTION 'not permitted' USING ERRCODE = '42501'; END IF;
  RETURN QUERY SELECT p.what, p.row_id, p.expected, p.found FROM cura_private.prove() p WHERE p.organization_id = o;
END $$;
GRANT EXECUTE ON FUNCTION cura.patient_number, cura.voice_note_pointers, cura.invoice_begin, cura.invoice_guard, cura.invoice_issue, cura.invoice_line_guard, cura.invoice_lines_changed, cura.invoice_total, cura.payment_begin,
  cura.payment_guard, cura.payments_changed, cura.credit_issued, cura.claim_number, cura.stock_move, cura.stock_moved, cura.sale_begin, cura.order_begin, cura.sale_item_moves, cura.prescription_guard, cura.prescription_issue,
  cura.prescription_item_guard, cura.prescription_items_changed, cura.dispensed, cura.derive_participants, cura.message_begin, cura.message_sent TO cura_owner;
GRANT EXECUTE ON FUNCTION cura.clear_invoice_items, cura.clear_prescription_items, cura.refresh_stock_alerts, cura.start_conversation, cura.mark_read, cura.notify, cura.prove TO cura_ws;
RESET ROLE;
SET ROLE cura_owner;
CREATE TRIGGER b_number BEFORE INSERT ON cura.patients FOR EACH ROW EXECUTE FUNCTION cura.patient_number();
CREATE TRIGGER b_pointers BEFORE INSERT OR UPDATE ON cura.voice_notes FOR EACH ROW EXECUTE FUNCTION cura.voice_note_pointers();
CREATE TRIGGER b_begin BEFORE INSERT ON cura.invoices FOR EACH ROW EXECUTE FUNCTION cura.invoice_begin();
CREATE TRIGGER b_guard BEFORE UPDATE ON cura.invoices FOR EACH ROW EXECUTE FUNCTION cura.invoice_guard();
CREATE TRIGGER c_total BEFORE INSERT OR UPDATE OF subtotal, discount, tax ON cura.invoices FOR EACH ROW EXECUTE FUNCTION cura.invoice_total();
CREATE TRIGGER d_issue BEFORE UPDATE ON cura.invoices FOR EACH ROW WHEN (OLD.status = 'draft' AND NEW.status = 'sent') EXECUTE FUNCTION cura.invoice_issue();
CREATE TRIGGER e_credit AFTER UPDATE ON cura.invoices FOR EACH ROW WHEN (NEW.kind = 'credit_note' AND OLD.status = 'draft' AND NEW.status <> 'draft') EXECUTE FUNCTION cura.credit_issued();
CREATE TRIGGER b_guard BEFORE INSERT ON cura.invoice_items FOR EACH ROW EXECUTE FUNCTION cura.invoice_line_guard();
CREATE TRIGGER c_derive AFTER INSERT ON cura.invoice_items REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cura.invoice_lines_changed();
CREATE TRIGGER c_derive_gone AFTER DELETE ON cura.invoice_items REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cura.invoice_lines_changed();
CREATE TRIGGER b_begin BEFORE INSERT ON cura.payments FOR EACH ROW EXECUTE FUNCTION cura.payment_begin();
CREATE TRIGGER b_guard BEFORE UPDATE ON cura.payments FOR EACH ROW EXECUTE FUNCTION cura.payment_guard();
CREATE TRIGGER c_derive AFTER INSERT OR UPDATE ON cura.payments FOR EACH ROW EXECUTE FUNCTION cura.payments_changed();
CREATE TRIGGER b_number BEFORE INSERT ON cura.claims FOR EACH ROW EXECUTE FUNCTION cura.claim_number();
CREATE TRIGGER b_move BEFORE INSERT ON cura.inventory_stock_movements FOR EACH ROW EXECUTE FUNCTION cura.stock_move();
CREATE TRIGGER c_alerts AFTER INSERT ON cura.inventory_stock_movements FOR EACH ROW EXECUTE FUNCTION cura.stock_moved();
CREATE TRIGGER b_number BEFORE INSERT ON cura.inventory_sales FOR EACH ROW EXECUTE FUNCTION cura.sale_begin();
CREATE TRIGGER b_number BEFORE INSERT ON cura.inventory_purchase_orders FOR EACH ROW EXECUTE FUNCTION cura.order_begin();
CREATE TRIGGER c_move AFTER INSERT ON cura.inventory_sale_items FOR EACH ROW EXECUTE FUNCTION cura.sale_item_moves();
CREATE TRIGGER b_guard BEFORE INSERT OR UPDATE ON cura.prescriptions FOR EACH ROW EXECUTE FUNCTION cura.prescription_guard();
CREATE TRIGGER d_issue BEFORE UPDATE ON cura.prescriptions FOR EACH ROW WHEN (OLD.status = 'draft' AND NEW.status = 'active') EXECUTE FUNCTION cura.prescription_issue();
CREATE TRIGGER b_guard BEFORE INSERT ON cura.prescription_items FOR EACH ROW EXECUTE FUNCTION cura.prescription_item_guard();
CREATE TRIGGER c_derive AFTER INSERT ON cura.prescription_items REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cura.prescription_items_changed();
CREATE TRIGGER c_derive_gone AFTER DELETE ON cura.prescription_items REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cura.prescription_items_changed();
CREATE TRIGGER c_dispensed AFTER INSERT ON cura.dispensing_items FOR EACH ROW EXECUTE FUNCTION cura.dispensed();
CREATE TRIGGER c_participants AFTER INSERT OR UPDATE ON cura.conversation_members FOR EACH ROW EXECUTE FUNCTION cura.derive_participants();
CREATE TRIGGER b_sender BEFORE INSERT ON cura.messages FOR EACH ROW EXECUTE FUNCTION cura.message_begin();
CREATE TRIGGER c_sent AFTER INSERT ON cura.messages FOR EACH ROW EXECUTE FUNCTION cura.message_sent();
RESET ROLE;
