"""The time machine: the desk's clock moves, and everything due on the way happens in its order."""
