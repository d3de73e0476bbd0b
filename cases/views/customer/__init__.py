"""The customer's own pages, under /my/: no account, a signed link, a code for what is final."""
