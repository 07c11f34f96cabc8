"""The refusals of the domain: each carries a sentence that may be shown to whoever asked, in their language."""


class Refused(Exception):
    """The act cannot be done now. Becomes 409 {"refused": sentence} at the edge; `field` names what to change, if one."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class BadInput(Exception):
    """What was given is wrong: field name -> sentences. Becomes 400 at the edge."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(lines)}" for name, lines in errors.items()))
        self.errors = errors

    @classmethod
    def of(cls, field: str, sentence: str) -> "BadInput":
        return cls({field: [sentence]})


class Unprocessable(Exception):
    """The same Idempotency-Key with another body. Becomes 422 at the edge."""
