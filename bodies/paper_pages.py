"""Putting an official paper together: our words with facts filled into them, and texts as somebody typed them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bodies.models import Body
from bodies.paper_words import number_line, place_of, signed_by_head
from bodies.papers import Block, Paper, Signature, head_of, paragraphs

# A room's words for one sort of paper: `sort` (TB, BB, BC), `title`, `about`, `recipients`, and its lines.
Words = dict[str, Any]


class Page:
    """The blocks of a paper while they are being put together. Facts are filled into our words, never the other way round."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def heading(self, said: str) -> None:
        self.blocks.append(Block(kind="heading", text=said))

    def line(self, said: str, **facts: object) -> None:
        self.blocks.append(Block(kind="paragraph", text=said.format(**facts)))

    def item(self, said: str, **facts: object) -> None:
        self.blocks.append(Block(kind="item", text=said.format(**facts)))

    def typed(self, text: str) -> None:
        """What somebody wrote, as they wrote it."""
        self.blocks.extend(paragraphs(text))


def paper_of(
    issuer: Body,
    said: Words,
    page: Page,
    *,
    about: str,
    day: date | None,
    as_of: date,
    number: str = "",
    signatures: Sequence[Signature] = (),
    is_draft: bool = False,
) -> Paper:
    """The blocks as a paper of this body, with the names of `as_of` (a local day); its head signs unless others are named."""
    superior = issuer.superior.name_on(as_of) if issuer.superior else ""
    head = head_of(issuer.kind, issuer.name_on(as_of), superior)
    return Paper(
        head=head,
        number=number_line(head, issuer.kind, said["sort"], number),
        place=place_of(issuer.area.name),
        day=day,
        title=said["title"],
        about=about,
        blocks=tuple(page.blocks),
        signatures=tuple(signatures) or (signed_by_head(issuer.kind),),
        recipients=tuple(said["recipients"]),
        is_draft=is_draft,
    )
