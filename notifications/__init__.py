"""How mail leaves and arrives. Knows no case: what a mail means is decided by who listens."""
