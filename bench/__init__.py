"""How fast the desk is, beside what this machine can do at best: `make bench`.

Every row is measured on real parts (a PostgreSQL that keeps its word, sockets, processes), and
beside it, in the same run, the limit that the machine sets. A new row is a module in `rows/`.
"""
