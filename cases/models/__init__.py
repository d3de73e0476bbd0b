"""What the desk remembers about a cancellation. One module per table family."""

from cases.models.api import ApiCall, ApiKey
from cases.models.approval import Approval
from cases.models.assignment import AssignmentRule, Availability
from cases.models.bulk import BulkRun
from cases.models.case import Case
from cases.models.data_request import DataRequest
from cases.models.draft import CallDraft
from cases.models.event import Event
from cases.models.evidence import Evidence
from cases.models.item import CaseItem, Disposition, Outcome
from cases.models.link import Code, Link, LinkRequest, Throttle
from cases.models.mail_count import MailCount
from cases.models.notice import Notice, NoticeChoice
from cases.models.policy import Policy, PolicyVersion
from cases.models.promise import Promise
from cases.models.question import Question
from cases.models.queue_count import QueueCount
from cases.models.saved_view import SavedView
from cases.models.timer import Timer
from cases.models.todo import Todo
from cases.models.upload import Upload
from cases.models.writing import Draft, Macro

__all__ = [
    "ApiCall",
    "ApiKey",
    "Approval",
    "AssignmentRule",
    "Availability",
    "BulkRun",
    "CallDraft",
    "Case",
    "CaseItem",
    "Code",
    "DataRequest",
    "Disposition",
    "Draft",
    "Event",
    "Evidence",
    "Link",
    "LinkRequest",
    "Macro",
    "MailCount",
    "Notice",
    "NoticeChoice",
    "Outcome",
    "Policy",
    "PolicyVersion",
    "Promise",
    "Question",
    "QueueCount",
    "SavedView",
    "Throttle",
    "Timer",
    "Todo",
    "Upload",
]
