"""The sandbox: a customer's mailbox, a time machine, example data. Never in production."""
