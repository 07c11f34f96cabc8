"""What a line of an old book does to the case it opened: the stage, the answer and the clocks as the book tells them."""

from django.utils.translation import gettext as _

from bodies.refusals import BadInput
from cases.clock_table import started_by
from cases.clocks import matter_of
from cases.codes import Flag, Kind, Result
from cases.stages import Stage
from cases.steps import Step

# The act that a stage in a book tells of.
_IMPORTED = {
    Stage.ACCEPTED: "accept",
    Stage.CLOSED: "accept",
    Stage.GUIDED: "guide",
    Stage.TRANSFERRED_OUT: "transfer",
}


def import_line(step: Step) -> None:
    """A line of an old book, taken as written: the line is the proof, and what the law forbids is marked, not changed."""
    case, day, document = step.case, step.day, step.document
    stage = Stage(step.get("stage", Stage.ACCEPTED))
    if stage not in _IMPORTED:
        raise BadInput.of("stage", _("A book does not tell of this stage."))
    act = _IMPORTED[stage]
    step.to_stage = stage
    step.write(line=step.fact("line"), address=step.get("address"), text=step.get("text"))
    step.clocks.apply(act, day, to_stage=stage)
    step.clocks.start(started_by(act, matter_of(case, step.clocks.law)), day)
    if (act == "guide" and case.kind != Kind.COMPLAINT and Flag.INELIGIBLE not in case.flags) or (
        act == "transfer" and case.kind == Kind.COMPLAINT
    ):
        step.write(against_the_law=True)
    if stage == Stage.TRANSFERRED_OUT:
        case.transfers_count += 1
    if stage == Stage.CLOSED:
        if document is None:
            raise BadInput.of("document", _("This is needed."))
        case.result = Result.NOT_RECORDED
        step.write(result=case.result)
        step.day = document.date
        step.clocks.apply("answer", step.day, to_stage=stage)
        # Whether it was sent and made public the book does not say: neither kept nor late.
        for clock in step.clocks.live:
            step.clocks.stop(clock, step.day)
