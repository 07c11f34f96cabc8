"""What this room says about the people it knows: those who asked at dialogues, found and read by the host's branch."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q, QuerySet

from bodies.guards import REFUSED, Verdict
from bodies.models import Person, Role
from bodies.scopes import Standing
from cases.querysets import WORKS_ON_CASES
from dialogues.models import Question
from dialogues.permissions import hosts_for


class QuestionGuard:
    """Who asks is shown masked; the host reads the identity for a stated reason, and each reading is recorded."""

    def may_find(self, person_ids: Collection[int], standing: Standing) -> set[int]:
        found = known_to(standing).filter(asker__in=person_ids)
        return set(found.values_list("asker_id", flat=True))

    def may_reveal(self, person: Person, standing: Standing) -> Verdict:
        """Whoever must answer: the host, and the body that holds the case. What is asked in public needs no second consent."""
        mine = standing.bodies(Role.RECEPTIONIST) | hosts_for(standing)
        through = Question.objects.filter(_to_be_answered_by(mine), asker=person)
        code = through.order_by("asked_at").values_list("dialogue__code", flat=True).first()
        return REFUSED if code is None else Verdict(allowed=True, needs_approval=False, case_reference=code)

    def may_approve(self, person: Person, case_reference: str, standing: Standing) -> bool:
        """The head of the host, where another room asks for a second consent."""
        heads = standing.bodies(Role.HEAD)
        asked = Question.objects.filter(asker=person, dialogue__code=case_reference, dialogue__host__in=heads)
        return asked.exists()


def known_to(standing: Standing) -> QuerySet[Question]:
    """The questions of whose askers this person may learn: monitors learn of matters, never of people."""
    workers = replace(
        standing, places=tuple(place for place in standing.places if place.role != Role.MONITOR)
    )
    seen = Question.objects.visible_to(workers).values("pk")
    return Question.objects.filter(Q(pk__in=seen) | _to_be_answered_by(workers.bodies(*WORKS_ON_CASES)))


def _to_be_answered_by(bodies: Collection[int]) -> Q:
    return Q(dialogue__host__in=bodies) | Q(case__body__in=bodies) | Q(case__joined_to__body__in=bodies)
