"""Django's PostgreSQL, with the time of every statement kept for /metrics; named by config.env.database."""
