"""Mail as rows: what is to be sent, what came in, and how the doors are."""

from notifications.models.alarm import Alarm
from notifications.models.attachment import Attachment
from notifications.models.door_health import DoorHealth
from notifications.models.email import Email
from notifications.models.epoch import Epoch
from notifications.models.file import EmailFile, StoredFile
from notifications.models.inbound import Inbound
from notifications.models.mailbox import Fetched, Mailbox
from notifications.models.pulse import Pulse, Stall
from notifications.models.switch import Switch, SwitchChange
from notifications.models.thread import Thread
from notifications.models.webhook import WebhookReceipt

__all__ = [
    "Alarm",
    "Attachment",
    "DoorHealth",
    "Email",
    "EmailFile",
    "Epoch",
    "Fetched",
    "Inbound",
    "Mailbox",
    "Pulse",
    "Stall",
    "StoredFile",
    "Switch",
    "SwitchChange",
    "Thread",
    "WebhookReceipt",
]
