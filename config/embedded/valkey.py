"""The embedded Valkey, the broker of the tasks: with a password, and with a log of what it holds."""

import signal
from pathlib import Path

import redis

from config.embedded.places import give_to_service_user, valkey_program, write_closed
from config.embedded.service import Service


class Valkey(Service):
    """Everything it holds can be found again in the database; losing it costs time, not work."""

    name = "valkey"
    title = "Valkey"
    process_names = frozenset({"valkey-server"})
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"redis://:{self.keys['VALKEY_PASSWORD']}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        self.make_data_folder("data")

    def command(self, port: int) -> list[str | Path]:
        """The settings are in a file: a command line, and the password on it, can be read by everybody."""
        settings = self.folder / "valkey.conf"
        write_closed(
            settings,
            f"""bind 127.0.0.1
port {port}
requirepass {self.keys["VALKEY_PASSWORD"]}
dir {self.data}
appendonly {"no" if self.place.temporary else "yes"}
appendfsync everysec
maxmemory-policy noeviction
save ""
daemonize no
""",
        )
        give_to_service_user(settings)
        return [valkey_program(), settings]

    def answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_connect_timeout=3, socket_timeout=3)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def lets_in(self) -> bool:
        return self.answers()

    def set_up(self) -> None:
        return
