"""The arrow table as a diagram (Mermaid), for the README. Pure: what it draws is what the table says."""

from cases.moves import MOVES, OPENS_AT, Target
from cases.stages import UNSETTLED_ENDS, Stage


def workflow() -> str:
    """Every move that changes the stage; moves that leave it where it is are listed below the picture by the README."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES.values():
        targets = [target for target in (move.target, move.or_target) if isinstance(target, Stage)]
        for source in sorted(move.sources):
            for target in targets:
                if source != target:
                    arrows.setdefault((source, target), []).append(move.name)
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {start}" for start in sorted(set(OPENS_AT.values()))]
    for (begin, end), names in sorted(arrows.items()):
        lines.append(f"    {begin} --> {end}: {', '.join(sorted(names))}")
    for move in MOVES.values():
        if move.target is Target.BEFORE:
            lines += [f"    {source} --> the_stage_before: {move.name}" for source in sorted(move.sources)]
    lines += [f"    {name} --> [*]" for name in sorted({str(end) for end in (*UNSETTLED_ENDS, Stage.CLOSED)})]
    return "\n".join(lines)
