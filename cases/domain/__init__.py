"""The rules of cancelling, in plain Python: no Django, no clock, no input or output."""
