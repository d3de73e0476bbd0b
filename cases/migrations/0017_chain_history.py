from itertools import groupby

from django.db import migrations

from cases.domain.history import BEGINNING, Line, hash_line

BATCH = 2000


def chain_what_is_there(apps, schema_editor):
    """Chain the history written so far: the append-only trigger stands aside this once."""
    Case, Event = apps.get_model("cases", "Case"), apps.get_model("cases", "Event")
    if not Event.objects.exists():
        return
    schema_editor.execute("ALTER TABLE cases_event DISABLE TRIGGER event_append_only")
    events = Event.objects.order_by("case_id", "sequence").iterator(BATCH)
    chained = []
    for case_id, own in groupby(events, key=lambda event: event.case_id):
        previous = BEGINNING
        for event in own:
            event.hash = previous = hash_line(read_line(event), previous=previous)
            chained.append(event)
        Case.objects.filter(pk=case_id).update(last_hash=previous)
        if len(chained) >= BATCH:
            Event.objects.bulk_update(chained, ["hash"], batch_size=BATCH)
            chained = []
    Event.objects.bulk_update(chained, ["hash"], batch_size=BATCH)
    schema_editor.execute("ALTER TABLE cases_event ENABLE TRIGGER event_append_only")


def read_line(event):
    return Line(
        case=event.case_id,
        sequence=event.sequence,
        kind=event.kind,
        at=event.at,
        actor_kind=event.actor_kind,
        actor=event.actor_id,
        contact=event.contact_id,
        level=event.level,
        summary=event.summary,
        data=event.data,
        email=event.email_id,
        inbound=event.inbound_id,
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_history_chain")]
    operations = [migrations.RunPython(chain_what_is_there, migrations.RunPython.noop)]
