"""`make run`: every process of the desk under one supervisor in the foreground."""
