"""A year of the desk in minutes, against a model of the rules.

Random customers and agents use the real actions, the real sweep, the real door and outbox on a
PostgreSQL, a Redis and a mail server that are made to fail. The clock jumps from one instant at
which something happens to the next. `model` knows the rules alone and nothing of the code under
test; at the end every case's history must be what it says.

`make soak SECONDS=300` plays one small year after another, each in a database of its own, for so
long; `make soak CASES=20000` plays one large year and writes docs/soak.md. Every year has a seed
that it prints; `SEED=` (with the same `CASES=`) plays it again.
"""
