"""The customers' side of the mail: their server (sink), their letters, and how they misbehave."""
