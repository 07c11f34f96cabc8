"""The arrow table written a second time, from the codes that other systems rely on, and compared over every combination."""

from itertools import product

import pytest

from cases.codes import Kind
from cases.moves import MOVES, Target
from cases.parts import Part
from cases.stages import Stage

PETITIONS = "complaint denunciation recommendation feedback opinion"
ALL = " ".join(Kind.values)
PRE = "received classified routed"
WORK = "accepted verifying drafted"
OPEN = f"{PRE} {WORK} suspended answered"
NOT_VOID = " ".join(stage for stage in Stage.values if stage != "void")
AFTER_PRE = " ".join(s for s in Stage.values if s not in {*PRE.split(), "joined", "void"})
JUDGED = "complaint denunciation"
PAUSABLE = "complaint denunciation recommendation feedback opinion conclusion supervision"

# move: sources > target | parts | kinds. D may do all that R and H may.
RULEBOOK = f"""
classify: received classified > classified | R D | {PETITIONS}
route: {PRE} accepted > routed | R S D | {ALL}
assign: {PRE} {WORK} > same | D | {ALL}
accept: {PRE} > accepted | D | {ALL}
refuse: {PRE} > refused | D | {JUDGED}
guide: {PRE} > guided | R D | {PETITIONS}
transfer: {PRE} > received | D | denunciation recommendation feedback opinion
return_to_sender: {PRE} > received | D | {PETITIONS}
archive: {PRE} > archived | D | {PETITIONS}
ask_supplement: {PRE} {WORK} > same | R H D | {ALL}
supplement: {PRE} {WORK} > same | R H C D | {ALL}
suspend: {WORK} > suspended | D | {PAUSABLE}
resume: suspended > before | D | {PAUSABLE}
extend: {WORK} > same | D | {ALL}
set_situation: {WORK} > same | D | {JUDGED}
begin_verification: accepted > verifying | H D | {JUDGED}
record_verification: {WORK} > same | H D | {JUDGED}
record_dialogue: {WORK} > same | H D | complaint
submit: accepted verifying > drafted | H D | {ALL}
send_back: drafted > before | D | {ALL}
answer: {WORK} > answered | D | {ALL}
notify_accepted: {WORK} answered > same | H D | denunciation
send_decision: answered > same | H D | complaint
send_conclusion: answered > same | H D | denunciation
disclose: answered > same | H D | {JUDGED}
progress: {WORK} > same | H D | conclusion supervision
close: answered > closed | H D | {ALL}
withdraw: {PRE} {WORK} suspended > withdrawn | R C D | {PETITIONS} conclusion
terminate: {WORK} suspended > terminated | D | {JUDGED}
join: {PRE} {WORK} > joined | R D | {PETITIONS}
split: joined > before | R D | {PETITIONS}
urge: {OPEN} > same | R S M D | {ALL}
direct: {OPEN} > same | D S | {ALL}
escalate: {OPEN} > same | K | {ALL}
appeal: {AFTER_PRE} > same | R D | complaint
reopen: closed > accepted | D S | {ALL}
correct: {" ".join(s for s in Stage.values if s not in {"void", "joined"})} > same | R D | {ALL}
void: {" ".join(s for s in Stage.values if s not in {"answered", "closed", "void"})} > void | R D | {ALL}
record_duty: {" ".join(s for s in Stage.values if s not in {"void", "joined"})} > same | R H S D | {ALL}
note: {OPEN} > same | R H S M co_body D | {ALL}
import: received > accepted | importer | {PETITIONS}
"""
LETTERS = {
    "R": Part.RECEPTIONIST,
    "H": Part.HANDLER,
    "D": Part.HEAD,
    "S": Part.SUPERIOR,
    "M": Part.MONITOR,
    "C": Part.CITIZEN,
    "K": Part.CLOCK,
}
# A conclusion is withdrawn and extended by its chair alone.
CHAIRS = {("withdraw", "conclusion"), ("extend", "conclusion")}
NEEDS_REASON = set(
    [
        "refuse",
        "guide",
        "transfer",
        "return_to_sender",
        "archive",
        "ask_supplement",
        "suspend",
        "extend",
        "set_situation",
        "send_back",
        "terminate",
        "urge",
        "direct",
        "reopen",
        "correct",
        "void",
    ]
)


def read(rulebook):
    for line in rulebook.strip().splitlines():
        name, _, rest = line.partition(":")
        arrow, parts, kinds = rest.split("|")
        sources, _, target = arrow.partition(">")
        yield (
            name,
            sources.split(),
            target.strip(),
            {LETTERS.get(p) or Part(p) for p in parts.split()},
            kinds.split(),
        )


ROWS = {row[0]: row[1:] for row in read(RULEBOOK)}


def test_the_table_and_the_rulebook_name_the_same_moves():
    assert set(MOVES) == set(ROWS)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_move_is_lawful_exactly_where_the_rulebook_says(name):
    sources, target, parts, kinds = ROWS[name]
    move = MOVES[name]
    for stage, kind, part in product(Stage.values, Kind.values, Part):
        may = part == Part.CHAIR if (name, kind) in CHAIRS else part in parts
        wanted = stage in sources and kind in kinds and may
        assert (move.is_lawful(stage, kind) and move.may(frozenset({part}), kind)) == wanted, (
            stage,
            kind,
            part,
        )
    ends_at = {"same": Target.SAME, "before": Target.BEFORE}.get(target) or Stage(target)
    assert move.target == ends_at


def test_moves_that_end_or_burden_a_matter_need_a_reason():
    assert {name for name, move in MOVES.items() if move.needs_reason} == NEEDS_REASON


def test_only_notes_reminders_and_escalations_leave_the_version_alone():
    assert {name for name, move in MOVES.items() if not move.raises_version} == {"urge", "escalate", "note"}
