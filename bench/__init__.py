"""How fast the product is, as ratios against yardsticks on the same PostgreSQL in the same run: `make bench`.

The bench stands in no room: it may import every room, and no room may import it. A run makes two databases, one of
10,000 cases and one of BENCH_CASES (200,000 unless told otherwise), starts the web server as an installation does, and
asks each section what it measures.

A section is a module of `bench.sections` with one function:

    def measure(bench: Bench) -> Iterable[Figure]:
        'What is measured, and against what.'

`bench.measuring.Bench` gives it

- `bench.full` and `bench.small`: the databases (`bench.places.Site`): `.connect()` a plain psycopg connection of the
  application's role (`.connect(owner=True)` of the owner's), `.environment()` for a process of the product,
  `.token(username)` to sign in over HTTP. Django, in this process, is on `bench.full`, as the application's role;
- `bench.side_by_side({"product": act, "yardstick": act}, each=20)`: runs both in turn in every run, `bench.runs` runs after
  one that does not count, and gives a `Timing` for each (seconds of one act; median, min and max over the runs);
- `bench.serving.product(site)` and `bench.serving.bare(site)`: web servers of two workers, the product and the bare
  Django and DRF view (`bench.bare`), as a context manager that gives their address.

What it finds it gives as `Figure`s: `Figure.ratio("list.page", page, raw, must=20, stretch=10)` (of two Timings, at most),
with `at_least=True` where more is better, or `Figure.plain("list.statements", 5, unit="statements", must=5, stretch=3)`.
A section that writes takes care that it can run again, and leaves the cases of others as they were.

Who is there (`bench.world`): the bodies of the sample trees; in each body that holds cases `head.CODE`, `clerk.CODE` and
`handler.CODE`, all with the roles of these names. `bench.world.TYPICAL` is the code of an office like most,
`bench.world.EMPTY` of one that holds nothing.
"""
