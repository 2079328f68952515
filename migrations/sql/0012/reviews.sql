-- Who reviewed a result and when is the database's; what was decided is the reviewer's. A review can be taken back by the person
-- who gave it, and then the result waits again. A result that is not reported yet cannot be reviewed.
SET ROLE cura_owner;
ALTER TABLE cura.lab_results ADD COLUMN review_action varchar(20), ADD COLUMN review_comment text,
  ADD CONSTRAINT lab_results_review_action CHECK (review_action IN ('no_action', 'tell_patient', 'repeat', 'see_patient', 'refer', 'treat'));
COMMENT ON COLUMN cura.lab_results.review_action IS 'What is to be done, as the reviewer decided.';
ALTER TABLE cura.lab_result_items ADD COLUMN superseded_at timestamp;
COMMENT ON COLUMN cura.lab_result_items.superseded_at IS 'A corrected value stands in its place (domain-rules A8.1); it stays visible as what was known before.';
CREATE OR REPLACE FUNCTION cura.result_review() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF session_user !~ '^ws_' OR NEW.status = OLD.status THEN RETURN NEW; END IF;
  IF NEW.status = 'reviewed' THEN
    IF OLD.status <> 'completed' THEN
      RAISE EXCEPTION 'only a reported result is reviewed' USING ERRCODE = '23514', CONSTRAINT = 'lab_results_review_order'; END IF;
    NEW.reviewed_by := cura.user_id(); NEW.reviewed_at := timezone('UTC', now());
  ELSIF OLD.status = 'reviewed' THEN
    IF NEW.status <> 'completed' OR OLD.reviewed_by IS DISTINCT FROM cura.user_id() THEN
      RAISE EXCEPTION 'a review is taken back by the person who gave it' USING ERRCODE = '23514', CONSTRAINT = 'lab_results_review_taken_back'; END IF;
    NEW.reviewed_by := NULL; NEW.reviewed_at := NULL; NEW.review_action := NULL; NEW.review_comment := NULL;
  END IF;
  RETURN NEW;
END $$;
RESET ROLE;
SET ROLE cura_auth;
UPDATE cura_private.table_rule SET no_insert = no_insert || '{superseded_at}' WHERE table_name = 'lab_result_items';
RESET ROLE;
