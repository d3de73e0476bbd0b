"""Let the database count received mail by its disposition; see the model."""

from django.db import migrations

# One row per statement and kind of mail, whatever the number of mails that it changes.
KIND = """
    SELECT brand_id, CASE WHEN brand_id IS NOT NULL THEN '' ELSE place END, disposition, {what}
      FROM (
        SELECT (SELECT brand_id FROM cases_case WHERE thread_id = mail.thread_id) AS brand_id,
               CASE WHEN recipient_token = '' THEN recipient
                    ELSE substring(recipient FROM '@[^@]*$') END AS place,
               disposition, n
          FROM ({mails}) AS mail
      ) AS kinds
     GROUP BY 1, 2, 3"""
COLUMNS = "thread_id, recipient_token, recipient, disposition"
INTO = "INSERT INTO cases_mailcount (brand_id, recipient, disposition, mails)"


def add_up(mails: str) -> str:
    return f"{INTO} {KIND.format(mails=mails, what='sum(n)')} HAVING sum(n) <> 0;"


NEW = f"SELECT {COLUMNS}, 1 AS n FROM new_mail"  # noqa: S608 - the names stand above
OLD = f"SELECT {COLUMNS}, -1 AS n FROM old_mail"  # noqa: S608 - the names stand above
ALL = f"SELECT {COLUMNS}, 1 AS n FROM notifications_inbound"  # noqa: S608 - the same
MAKE = f"""
CREATE FUNCTION count_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {add_up(NEW)}
    ELSIF TG_OP = 'DELETE' THEN {add_up(OLD)}
    ELSE {add_up(f"{NEW} UNION ALL {OLD}")}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_new_mail AFTER INSERT ON notifications_inbound
    REFERENCING NEW TABLE AS new_mail FOR EACH STATEMENT EXECUTE FUNCTION count_mail();
CREATE TRIGGER count_moved_mail AFTER UPDATE ON notifications_inbound
    REFERENCING OLD TABLE AS old_mail NEW TABLE AS new_mail
    FOR EACH STATEMENT EXECUTE FUNCTION count_mail();
CREATE TRIGGER count_gone_mail AFTER DELETE ON notifications_inbound
    REFERENCING OLD TABLE AS old_mail FOR EACH STATEMENT EXECUTE FUNCTION count_mail();

-- For rows that were written with triggers off.
CREATE FUNCTION recount_mail() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE notifications_inbound IN SHARE MODE;
    DELETE FROM cases_mailcount;
    {add_up(ALL)}
END $$;
SELECT recount_mail();
"""  # noqa: S608 - the names stand above
UNMAKE = """
DROP TRIGGER count_new_mail ON notifications_inbound;
DROP TRIGGER count_moved_mail ON notifications_inbound;
DROP TRIGGER count_gone_mail ON notifications_inbound;
DROP FUNCTION count_mail();
DROP FUNCTION recount_mail();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_mail_count_table"), ("notifications", "0005_search_by_reply")]
    operations = [migrations.RunSQL(MAKE, UNMAKE)]
