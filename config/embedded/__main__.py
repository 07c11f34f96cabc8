"""python -m config.embedded run [--temporary] -- COMMAND ...  |  python -m config.embedded demo"""

import argparse
import signal
import sys
from pathlib import Path

from config.embedded import processes
from config.embedded.places import Place
from config.embedded.trouble import Trouble


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    if sys.platform != "linux":
        raise Trouble(
            "The embedded services know Linux only. Start PostgreSQL and Valkey (or Redis) in another way and name them:"
            " DATABASE_URL and REDIS_URL (see docker-compose.yml)."
        )
    if options.with_parent:
        processes.die_with_parent(signal.SIGTERM)
    return options.act(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started this one dies"
    )
    acts = parser.add_subparsers(required=True)

    run = acts.add_parser("run", help="run a command with the services up")
    run.add_argument(
        "--temporary", action="store_true", help="on services made for it alone and removed afterwards"
    )
    run.add_argument("command", nargs="+")
    run.set_defaults(act=_run)

    acts.add_parser("demo", help="the whole product, until Ctrl+C").set_defaults(act=_demo)

    keep = acts.add_parser("keep", help="used by the others: watch over one service while it is in use")
    keep.add_argument("service", choices=["postgres", "valkey"])
    keep.add_argument("folder", type=Path)
    keep.add_argument("--temporary", action="store_true")
    keep.set_defaults(act=_keep)
    return parser


def _run(options: argparse.Namespace) -> int:
    from config.embedded.run import run

    return run(options.command, temporary=options.temporary)


def _demo(_: argparse.Namespace) -> int:
    from config.embedded.demo import demo

    return demo()


def _keep(options: argparse.Namespace) -> int:
    from config.embedded.keeper import Keeper
    from config.embedded.postgres import Postgres
    from config.embedded.valkey import Valkey

    place = Place(options.folder, temporary=options.temporary)
    Keeper({"postgres": Postgres, "valkey": Valkey}[options.service](place)).keep()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
