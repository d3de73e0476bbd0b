"""Let the database count the cases of the queue by itself; see the model."""

from django.db import migrations

# One row per statement and kind of case, whatever the number of cases that it changes.
MAKE = """
CREATE FUNCTION count_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO cases_queuecount (brand_id, owner_id, state, turn, cases)
        SELECT brand_id, owner_id, state, turn, count(*) FROM new_cases GROUP BY 1, 2, 3, 4;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO cases_queuecount (brand_id, owner_id, state, turn, cases)
        SELECT brand_id, owner_id, state, turn, -count(*) FROM old_cases GROUP BY 1, 2, 3, 4;
    ELSE
        INSERT INTO cases_queuecount (brand_id, owner_id, state, turn, cases)
        SELECT brand_id, owner_id, state, turn, sum(n) FROM (
            SELECT brand_id, owner_id, state, turn, 1 AS n FROM new_cases
            UNION ALL
            SELECT brand_id, owner_id, state, turn, -1 FROM old_cases
        ) AS moved GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_new_cases AFTER INSERT ON cases_case
    REFERENCING NEW TABLE AS new_cases FOR EACH STATEMENT EXECUTE FUNCTION count_cases();
CREATE TRIGGER count_moved_cases AFTER UPDATE ON cases_case
    REFERENCING OLD TABLE AS old_cases NEW TABLE AS new_cases
    FOR EACH STATEMENT EXECUTE FUNCTION count_cases();
CREATE TRIGGER count_gone_cases AFTER DELETE ON cases_case
    REFERENCING OLD TABLE AS old_cases FOR EACH STATEMENT EXECUTE FUNCTION count_cases();

-- For rows that were written with triggers off.
CREATE FUNCTION recount_cases() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE cases_case IN SHARE MODE;
    DELETE FROM cases_queuecount;
    INSERT INTO cases_queuecount (brand_id, owner_id, state, turn, cases, settled)
    SELECT brand_id, owner_id, state, turn, count(*), true FROM cases_case GROUP BY 1, 2, 3, 4;
END $$;
SELECT recount_cases();
"""
UNMAKE = """
DROP TRIGGER count_new_cases ON cases_case;
DROP TRIGGER count_moved_cases ON cases_case;
DROP TRIGGER count_gone_cases ON cases_case;
DROP FUNCTION count_cases();
DROP FUNCTION recount_cases();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_history")]
    operations = [migrations.RunSQL(MAKE, UNMAKE)]
