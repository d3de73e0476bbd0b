"""The evidence pack of a case: a PDF to read, JSON to compute with, the raw mail, and hashes."""

from cases.queries.evidence.pack import stream_pack

__all__ = ["stream_pack"]
