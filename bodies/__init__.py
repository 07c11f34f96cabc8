"""WHO: areas, bodies, posts, staff and what they may see; sealed identities; working days; the outbox, messages."""
