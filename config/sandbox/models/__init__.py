"""What the sandbox remembers: the customers' mail, how it misbehaves, moves of the clock."""

from config.sandbox.models.fault import Behaviour, SandboxFault
from config.sandbox.models.mail import SandboxMail
from config.sandbox.models.move import ClockMove

__all__ = ["Behaviour", "ClockMove", "SandboxFault", "SandboxMail"]
