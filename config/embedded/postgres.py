"""The embedded PostgreSQL: its own cluster, signed in by password only, with one role per part."""

import shutil
import signal
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded.places import give_to_service_user, postgres_programs, write_closed
from config.embedded.service import Service
from config.embedded.trouble import Trouble

DATABASE = "lang_nghe"
# What a crash may take from a cluster that is thrown away anyway.
_CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

_NO_RIGHTS = "NOCREATEDB NOCREATEROLE"


class Postgres(Service):
    """Roles: `admin` sets up the others, `owner` owns the database and its tables, `app` may only sign in.

    What `app` may do inside the tables is granted by the product itself, after each migrate.
    """

    name = "postgres"
    title = "PostgreSQL"
    process_names = frozenset({"postgres"})
    stop_signal = signal.SIGINT

    def url(self, role: str) -> str:
        return f"postgres://{role}:{self.keys[role.upper() + '_PASSWORD']}@127.0.0.1:{self.port}/{DATABASE}"

    def prepare(self) -> None:
        """Makes the cluster. It is moved into place when it is whole, so a kill in between leaves no half of one."""
        if self.data.exists():
            # Nobody works in the data any more (end_left_over), so the note of the last server is out of date; its
            # number may by now belong to a stranger, and PostgreSQL would wait for him.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            return
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.make_data_folder(fresh.name)
        password = self.folder / "password"
        write_closed(password, self.keys["ADMIN_PASSWORD"])
        give_to_service_user(password)
        try:
            made = self.spawn(self._initdb(fresh, password), dies_by=signal.SIGKILL)
            if made.wait() != 0:
                raise Trouble(f"PostgreSQL could not make its data folder {self.data}:\n{self.end_of_log()}")
        finally:
            password.unlink()
        fresh.rename(self.data)

    def _initdb(self, folder: Path, password: Path) -> list[str | Path]:
        # fmt: off
        return [
            postgres_programs() / "initdb", "--pgdata", folder, "--username", "admin", "--pwfile", password,
            "--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256", "--encoding", "UTF8",
            # The rules of sorting and upper case come with PostgreSQL, whatever the machine has installed.
            "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "PG_UNICODE_FAST",
            *(["--no-sync"] if self.place.temporary else []),
        ]
        # fmt: on

    def command(self, port: int) -> list[str | Path]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "idle_in_transaction_session_timeout": "60s",
            # A statement and the details of an error carry what people wrote; the log must not.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            **(_CARELESS if self.place.temporary else {}),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [postgres_programs() / "postgres", "-D", self.data, *options]

    def answers(self) -> bool:
        try:
            self._connect("app").close()
        except psycopg.OperationalError:
            return False
        return True

    def set_up(self) -> None:
        with self._connect("admin", "postgres") as connection:
            # Tests make databases and roles of their own.
            rights = "CREATEDB CREATEROLE" if self.place.temporary else _NO_RIGHTS
            self._role(connection, "owner", rights)
            if self.place.temporary:
                # Whoever makes a role may also drop what it was granted.
                connection.execute("ALTER ROLE owner SET createrole_self_grant = 'set, inherit'")
            self._role(connection, "app", _NO_RIGHTS)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(DATABASE)))
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO app").format(name))

    def _role(self, connection: psycopg.Connection, role: str, right: str) -> None:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        statement = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"),
            sql.Identifier(role),
            sql.SQL(right),
            sql.Literal(self.keys[f"{role.upper()}_PASSWORD"]),
        )
        connection.execute(statement)

    def lets_in(self) -> bool:
        """As the administrator, who exists before the other roles do."""
        try:
            self._connect("admin", "postgres").close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Trouble(
                    f"{self.place.folder}/keys.json does not hold the passwords of {self.data}. Put the right one back"
                    f" from a backup, or remove {self.place.folder} to begin anew."
                ) from None
            return False
        return True

    def _connect(self, role: str, database: str = DATABASE) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=role,
            password=self.keys[f"{role.upper()}_PASSWORD"],
            dbname=database,
            connect_timeout=3,
            autocommit=True,
        )
