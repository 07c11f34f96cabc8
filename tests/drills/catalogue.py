"""All drills, in the order in which they are run and written down, and those of the suite."""

from tests.drills import broker, clerks, clocks, load, post, sweep, walks

DRILLS = {
    drill.name: drill
    for drill in (
        sweep.R1,
        broker.R2,
        broker.R3,
        broker.R4,
        post.R9,
        post.R10,
        sweep.R11,
        clocks.R12,
        clerks.R13,
        clerks.R14,
        clerks.R15,
        load.R18,
        walks.WALKS,
        walks.FIGURES,
        walks.MEASURES,
    )
}
SMALL = {drill.name: drill for drill in (*DRILLS.values(), broker.IN_ALL_WAYS) if drill.small}
