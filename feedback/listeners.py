"""What follows when something is announced: rows only, each once (bodies.outbox)."""
