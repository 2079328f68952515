-- An order goes draft, ordered, approved, sent, part received, received; who approved it and when are the database's. What was
-- approved is what is sent: its lines change no more. A category never stands under itself, however many seats move categories.
SET ROLE cura_owner;
CREATE FUNCTION cura.purchase_order_steps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user !~ '^ws_' OR NEW.status = OLD.status THEN RETURN NEW; END IF;
  IF NOT (CASE OLD.status
      WHEN 'draft' THEN NEW.status IN ('pending', 'cancelled')
      WHEN 'pending' THEN NEW.status IN ('draft', 'approved', 'part_received', 'received', 'cancelled')
      WHEN 'approved' THEN NEW.status IN ('sent', 'part_received', 'received', 'cancelled')
      WHEN 'sent' THEN NEW.status IN ('part_received', 'received', 'cancelled')
      WHEN 'part_received' THEN NEW.status IN ('received', 'cancelled')
      ELSE false END) THEN
    RAISE EXCEPTION 'not a step an order can take' USING ERRCODE = '23514', CONSTRAINT = 'purchase_orders_steps'; END IF;
  IF NEW.status = 'approved' THEN NEW.approved_by := cura.user_id(); NEW.approved_at := timezone('UTC', now()); END IF;
  IF NEW.status = 'draft' THEN NEW.approved_by := NULL; NEW.approved_at := NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_steps BEFORE UPDATE ON cura.inventory_purchase_orders FOR EACH ROW EXECUTE FUNCTION cura.purchase_order_steps();

CREATE FUNCTION cura.purchase_order_line_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE line record; state text;
BEGIN
  IF TG_OP = 'DELETE' THEN line := OLD; ELSE line := NEW; END IF;
  IF session_user !~ '^ws_' OR (TG_OP = 'UPDATE' AND (NEW.quantity, NEW.unit_price, NEW.total_price) IS NOT DISTINCT FROM (OLD.quantity, OLD.unit_price, OLD.total_price)) THEN
    RETURN line; END IF;
  SELECT o.status INTO state FROM cura.inventory_purchase_orders o WHERE o.organization_id = line.organization_id AND o.id = line.purchase_order_id FOR UPDATE;
  IF state NOT IN ('draft', 'pending') THEN
    RAISE EXCEPTION 'an approved order does not change' USING ERRCODE = '23514', CONSTRAINT = 'purchase_order_lines_final'; END IF;
  RETURN line;
END $$;
CREATE TRIGGER b_final BEFORE INSERT OR UPDATE OR DELETE ON cura.inventory_purchase_order_items FOR EACH ROW EXECUTE FUNCTION cura.purchase_order_line_guard();

CREATE FUNCTION cura.category_tree() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.parent_category_id IS NULL THEN RETURN NEW; END IF;
  -- Two seats that hang two categories under each other at the same moment go one after the other.
  PERFORM pg_advisory_xact_lock(hashtext('category tree'), NEW.organization_id);
  IF EXISTS (WITH RECURSIVE above (id) AS (
      SELECT NEW.parent_category_id
      UNION SELECT c.parent_category_id FROM above a JOIN cura.inventory_categories c ON c.organization_id = NEW.organization_id AND c.id = a.id WHERE c.parent_category_id IS NOT NULL)
      SELECT FROM above WHERE id = NEW.id) THEN
    RAISE EXCEPTION 'a category cannot stand under itself' USING ERRCODE = '23514', CONSTRAINT = 'inventory_categories_no_ring'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_tree BEFORE INSERT OR UPDATE OF parent_category_id ON cura.inventory_categories FOR EACH ROW EXECUTE FUNCTION cura.category_tree();
-- the paper of an order is kept by whoever orders, who may write no letters and forms
CREATE POLICY orders_read ON cura.document_files FOR SELECT TO cura_ws
  USING (organization_id = (SELECT cura.org_for('inventory', 'view')) AND subject_table = 'inventory_purchase_orders' AND patient_id IS NULL);
CREATE POLICY orders_keep ON cura.document_files FOR INSERT TO cura_ws
  WITH CHECK (organization_id = (SELECT cura.org_for('inventory', 'edit')) AND subject_table = 'inventory_purchase_orders' AND patient_id IS NULL AND NOT is_clinical);
RESET ROLE;
