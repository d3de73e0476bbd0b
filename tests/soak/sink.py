"""A mail server that misbehaves, each address in a way of its own, and remembers what it took."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection

END = b"\r\n.\r\n"
MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>]+>)", re.I | re.M)
# What it does instead of taking a mail, and how often in a hundred.
LATER, REFUSED, CUT, LATE_LATER, SILENT = "later", "refused", "cut", "late_later", "silent"
FAULTS = {LATER: 2.0, REFUSED: 1.2, CUT: 1.0, LATE_LATER: 1.0, SILENT: 1.2}
TAKEN = "taken"
ANSWERS = {
    LATER: b"451 4.3.0 Try again later\r\n",
    REFUSED: b"550 5.1.1 No such mailbox\r\n",
    LATE_LATER: b"452 4.3.1 No room just now\r\n",
    TAKEN: b"250 2.0.0 Taken\r\n",
}


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One mail as it met the server. `at` is the desk's instant, `fate` TAKEN or a fault."""

    at: datetime
    to: str
    sender: str  # of the envelope: where a bounce goes to
    message_id: str
    fate: str

    @property
    def row(self) -> int:
        """The key of the mail, which its envelope sender names."""
        return int(self.sender.partition("@")[0].rpartition(".")[2])


class Memory:
    """What the connections share."""

    def __init__(self, seed: int, is_kind: bool) -> None:
        self.seed, self.is_kind = seed, is_kind
        self.now: datetime | None = None
        self.attempts: list[Attempt] = []
        self.seen: Counter[str] = Counter()

    def choose_fate(self, address: str) -> str:
        """By seed, address and how often it was written to: the same in every run."""
        self.seen[address] += 1
        if self.is_kind:
            return TAKEN
        chance = random.Random(f"{self.seed}:{address}:{self.seen[address]}").uniform(0, 100)
        for fault, share in FAULTS.items():
            chance -= share
            if chance < 0:
                return fault
        return TAKEN

    def note(self, *, to: str, sender: str, message_id: str, fate: str) -> None:
        assert self.now is not None
        one = Attempt(at=self.now, to=to, sender=sender, message_id=message_id, fate=fate)
        self.attempts.append(one)


class Conversation(asyncio.Protocol):
    """One client's, verb by verb."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.buffer = b""
        self.in_message = False
        self.sender = self.to = self.fate = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink.example.com\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self.transport.is_closing():
            before, found, after = self.buffer.partition(END if self.in_message else b"\r\n")
            if not found:
                return
            self.buffer = after
            if self.in_message:
                self.take(before)
            else:
                self.answer(before)

    def answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self.choose(line)
            return
        if verb == b"MAIL":
            self.sender = read_address(line)
        self.in_message = verb == b"DATA"
        answers = {b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}
        self.transport.write(answers.get(verb, b"250 2.0.0 Ok\r\n"))

    def choose(self, line: bytes) -> None:
        """Whether this address takes the mail at all is said here, as far as it is known."""
        self.to = read_address(line)
        self.fate = self.memory.choose_fate(self.to)
        if self.fate == CUT:
            self.note("")
            self.transport.abort()
        elif self.fate in (LATER, REFUSED):
            self.note("")
            self.transport.write(ANSWERS[self.fate])
        else:
            self.transport.write(ANSWERS[TAKEN])

    def take(self, content: bytes) -> None:
        self.in_message = False
        found = MESSAGE_ID.search(content)
        self.note(found[1].decode() if found else "")
        if self.fate == SILENT:  # it has the mail, and nobody will ever know from it
            self.transport.abort()
        else:
            self.transport.write(ANSWERS[self.fate])

    def note(self, message_id: str) -> None:
        self.memory.note(
            to=self.to, sender=self.sender, message_id=message_id, fate=self.fate or TAKEN
        )


def read_address(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode()


def serve(port: int, pipe: Connection, seed: int, is_kind: bool) -> None:
    """Run until told otherwise. An instant sets the clock; None asks for what was seen since."""
    memory = Memory(seed, is_kind)

    def hear() -> None:
        try:
            said = pipe.recv()
        except EOFError:
            asyncio.get_running_loop().stop()
            return
        if said is not None:
            memory.now = said
        pipe.send(memory.attempts)
        memory.attempts = []

    async def listen() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Conversation(memory), "127.0.0.1", port)
        loop.add_reader(pipe.fileno(), hear)
        pipe.send("ready")
        await server.serve_forever()

    asyncio.run(listen())
