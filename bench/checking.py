"""Whether what was loaded is what the product itself would have written: a bench on another world would measure nothing."""

import sys

from django.db.models import Avg


def check() -> int:
    """Tell every fault; 0 when there is none."""
    from cases import tallies, verification
    from cases.models import Case, CaseNumber, Clock
    from feedback.models import Petition, Petitioner

    faults = [f"history of {fault.reference}: {fault.what}" for fault in verification.verify().faults or []]
    wrong = tallies.rebuild()
    if wrong != (0, 0):
        faults.append(f"{wrong[0]} cases count otherwise than their facts say, and {wrong[1]} cells")
    cases, last = Case.objects.count(), sum(CaseNumber.objects.values_list("last", flat=True))
    counts = {last, Petition.objects.count(), Petitioner.objects.count()}
    if counts != {cases}:
        faults.append(f"{cases} cases, but {counts} numbers, petitions or people")
    if Case.objects.aggregate(lines=Avg("events_count"))["lines"] != 8:
        faults.append("Not every case has eight lines of history.")
    clocks = Clock.objects.count() / cases
    if not 2.5 < clocks < 3.5:
        faults.append(f"{clocks:.1f} clocks a case")
    for fault in faults:
        print(fault, file=sys.stderr)
    return min(len(faults), 1)
