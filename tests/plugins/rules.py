"""Says which tests prove which rule: `pytest --rules`, or `make rules`."""
