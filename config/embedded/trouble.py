"""The one error that reaches a person."""


class Trouble(Exception):
    """Something only a person can mend; its text says what is missing and what to do."""
