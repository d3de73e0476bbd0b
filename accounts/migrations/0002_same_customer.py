"""An item's parent and location, and a contract's items, belong to the item's own customer.

Composite foreign keys say it for parent and location, also when the other side is changed later.
Triggers say it for a contract's items, keep the tree of items without a circle, and let nothing
move to another customer: its cases, bills and promises would stay behind.
"""

from django.db import migrations

KEYS = """
ALTER TABLE accounts_item
    ADD CONSTRAINT item_location_of_same_customer FOREIGN KEY (location_id, customer_id)
        REFERENCES accounts_location (id, customer_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT item_parent_of_same_customer FOREIGN KEY (parent_id, customer_id)
        REFERENCES accounts_item (id, customer_id) DEFERRABLE INITIALLY DEFERRED;
"""

DROP_KEYS = """
ALTER TABLE accounts_item
    DROP CONSTRAINT item_location_of_same_customer,
    DROP CONSTRAINT item_parent_of_same_customer;
"""

NO_CIRCLE = """
CREATE FUNCTION accounts_refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above (id, parent_id) AS (
            SELECT id, parent_id FROM accounts_item WHERE id = NEW.parent_id
            UNION
            SELECT i.id, i.parent_id FROM accounts_item i JOIN above a ON i.id = a.parent_id
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'item % would hang on itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'item_tree_has_no_circle';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER item_tree_has_no_circle
    BEFORE UPDATE OF parent_id ON accounts_item
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION accounts_refuse_circle();
"""

DROP_NO_CIRCLE = """
DROP TRIGGER item_tree_has_no_circle ON accounts_item;
DROP FUNCTION accounts_refuse_circle();
"""

CONTRACT_ITEMS = """
CREATE FUNCTION accounts_refuse_foreign_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT customer_id FROM accounts_contract WHERE id = NEW.contract_id)
        IS DISTINCT FROM (SELECT customer_id FROM accounts_item WHERE id = NEW.item_id) THEN
        RAISE EXCEPTION 'item % belongs to another customer than contract %',
            NEW.item_id, NEW.contract_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_item_of_same_customer';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER contract_item_of_same_customer
    BEFORE INSERT OR UPDATE ON accounts_contract_items
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_foreign_item();
"""

DROP_CONTRACT_ITEMS = """
DROP TRIGGER contract_item_of_same_customer ON accounts_contract_items;
DROP FUNCTION accounts_refuse_foreign_item();
"""

FIXED = ["item", "contract", "contact", "location", "bill"]

CUSTOMER_IS_FIXED = """
CREATE FUNCTION accounts_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % belongs to customer % for good', TG_TABLE_NAME, OLD.id, OLD.customer_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'customer_is_fixed';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER customer_is_fixed BEFORE UPDATE OF customer_id ON accounts_{table}
    FOR EACH ROW WHEN (NEW.customer_id IS DISTINCT FROM OLD.customer_id)
    EXECUTE FUNCTION accounts_refuse_move();
"""
    for table in FIXED
)

DROP_CUSTOMER_IS_FIXED = (
    "".join(f"DROP TRIGGER customer_is_fixed ON accounts_{table};" for table in FIXED)
    + "DROP FUNCTION accounts_refuse_move();"
)


class Migration(migrations.Migration):
    """Database rules that Django's constraints cannot express."""

    dependencies = [("accounts", "0001_tables")]

    operations = [
        migrations.RunSQL(KEYS, DROP_KEYS),
        migrations.RunSQL(NO_CIRCLE, DROP_NO_CIRCLE),
        migrations.RunSQL(CONTRACT_ITEMS, DROP_CONTRACT_ITEMS),
        migrations.RunSQL(CUSTOMER_IS_FIXED, DROP_CUSTOMER_IS_FIXED),
    ]
