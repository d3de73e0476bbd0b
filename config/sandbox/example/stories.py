"""What happened to the customers in the last two and a half months, company by company."""

from __future__ import annotations

from config.sandbox.example.stories_ended import ENDED
from config.sandbox.example.stories_others import MOBILE, STRAYS, TRUNKS
from config.sandbox.example.stories_running import RUNNING

STORIES = (*ENDED, *RUNNING, *TRUNKS, *MOBILE)

__all__ = ["STORIES", "STRAYS"]
