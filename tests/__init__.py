"""The test suite. It mirrors the sources; see docs/ for what each folder is for."""
