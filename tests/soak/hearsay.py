"""How the model hears of what happened: from those who saw it, and from the desk only where chance
decided between two orders that the rules both allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.soak import sink
from tests.soak.hands import DUE
from tests.soak.lives import Letter, Life
from tests.soak.model import IRREVERSIBLE, LOOK_AGAIN

if TYPE_CHECKING:
    from tests.soak.world import World


class Hearsay:
    """What the mail server and the letters tell after each visit."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.database = world.place.connect()

    def end(self) -> None:
        self.database.close()

    def count_due(self) -> int:
        """How much a sweep would find now."""
        row = self.database.execute(DUE.encode(), {"now": self.world.now}).fetchone()
        assert row is not None
        return int(sum(row))

    def learn(
        self, awake: dict[int, Life], arrived: list[tuple[Letter, Life]], *, faulty: bool
    ) -> dict[int, Life]:
        self.world.sink_pipe.send(None)
        attempts: list[sink.Attempt] = self.world.sink_pipe.recv()
        if faulty:
            self.database.close()
            self.database = self.world.place.connect()
        touched = awake | self.world.held
        readers = set()
        for letter, life in sorted(arrived, key=lambda pair: pair[0].at):
            touched[life.number] = life
            if life.number not in readers and self.has_fired_first(life):
                life.model.sweep(self.world.now)
            self.read_letter(life, letter)
            readers.add(life.number)
        for life in list(touched.values()):
            self.settle(life, unsure=faulty or life.number in readers)
        for one in attempts:
            life = self.world.lives[int(one.to.partition("@")[0][1:])]
            touched[life.number] = life
            self.hear_of(life, one, unsure=faulty)
        if faulty or any(one.fate == sink.SILENT for one in attempts):
            self.find_unknown(touched)
        for life in list(touched.values()):
            self.settle(life, unsure=faulty)
        return touched

    def read_letter(self, life: Life, letter: Letter) -> None:
        if letter.about:
            mail = life.mail_rows[letter.row]
            if mail.fate != "bounced":
                life.model.lose(mail, self.world.now, "bounced")
            return
        life.facts["read_at"] = letter.at
        life.model.read(letter.meaning, received_at=letter.at, at=self.world.now)

    def settle(self, life: Life, *, unsure: bool) -> None:
        """Everything that follows by itself; where the desk may have held, it is asked."""
        model = life.model
        while True:
            due = model.due
            is_due = due and due.kind in IRREVERSIBLE and due.look_at <= self.world.now
            if unsure and is_due and self.was_put_off(life):
                model.hold_for_mail(self.world.now)
                return
            if not model.sweep(self.world.now):
                return

    def has_fired_first(self, life: Life) -> bool:
        """A reminder and the letter that makes it needless meet: either may be first."""
        due = life.model.due
        if due is None or due.kind in IRREVERSIBLE or due.look_at > self.world.now:
            return False
        row = self.database.execute(
            "SELECT FROM cases_timer WHERE case_id = %s AND kind = %s AND fired_at = %s",
            [life.facts["case"], due.kind, self.world.now],
        ).fetchone()
        return row is not None

    def was_put_off(self, life: Life) -> bool:
        row = self.database.execute(
            "SELECT check_at FROM cases_timer WHERE case_id = %s AND fired_at IS NULL"
            " AND cancelled_at IS NULL AND check_at > %s",
            [life.facts["case"], self.world.now],
        ).fetchone()
        return row is not None and row[0] <= self.world.now + LOOK_AGAIN

    def hear_of(self, life: Life, one: sink.Attempt, *, unsure: bool) -> None:
        """What the mail server saw is what the model is told, not what the desk noted.

        Whoever heard a refusal may have died before writing it down: the mail is tried again.
        """
        self.world.smtp[one.fate] += 1
        if one.fate in (sink.LATER, sink.CUT, sink.LATE_LATER):
            return
        row = one.row
        mail = life.mail_rows.get(row) or self.name_mail(life, row)
        life.return_paths[row], life.message_ids[row] = one.sender, one.message_id
        if mail is None:
            return
        if one.fate == sink.TAKEN:
            if mail.accepted_at is not None and row not in self.world.excused:
                self.world.complain(life, f"the mail server has “{mail.purpose}” twice")
            life.model.accept(mail, one.at)
        elif one.fate == sink.REFUSED and not (unsure and self.is_undecided(row)):
            life.model.lose(mail, one.at, "failed")
        else:
            self.world.excused.add(row)

    def is_undecided(self, row: int) -> bool:
        found = self.database.execute(
            "SELECT status <> 'failed' FROM notifications_email WHERE id = %s", [row]
        ).fetchone()
        return found is not None and bool(found[0])

    def name_mail(self, life: Life, row: int) -> Any:
        """Which of the mails that the model expects this one is: the first of its kind."""
        found = self.database.execute(
            "SELECT purpose FROM notifications_email WHERE id = %s", [row]
        ).fetchone()
        named = {id(mail) for mail in life.mail_rows.values()}
        mail = next(
            (m for m in life.model.mails
             if found and m.purpose == found[0] and id(m) not in named),
            None,
        )  # fmt: skip
        if mail is None:
            self.world.complain(life, f"a mail “{found and found[0]}” that nothing asks for")
            return None
        life.mail_rows[row] = mail
        return mail

    def find_unknown(self, touched: dict[int, Life]) -> None:
        """Mails whose fate the desk does not know and which a person must decide about.

        What a crash left unknown may have arrived, and may arrive again.
        """
        rows = self.database.execute(
            "SELECT id, to_email, next_attempt_at FROM notifications_email WHERE status = 'unknown'"
        ).fetchall()
        for row, address, next_attempt_at in rows:
            life = self.world.lives[int(address.partition("@")[0][1:])]
            self.world.excused.add(row)
            mail = life.mail_rows.get(row) or self.name_mail(life, row)
            if next_attempt_at is None and mail and mail.fate != "unknown":
                touched[life.number] = life
                life.model.lose(mail, self.world.now, "unknown")
