"""The scripts of the deployment against a real PostgreSQL of their own: first set-up, backup, restore."""

import subprocess
import warnings
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from django.db import connection

from config.embedded.places import postgres_programs, temporary_place
from config.embedded.postgres import Postgres
from config.embedded.uses import in_use
from tests.config.deployment import PROJECT

OWNER, APP, DATABASE = "chu so huu", "ung_dung", "thu"
OWNER_PASSWORD, APP_PASSWORD = "of'the owner", "of-the-app"
SCHEMA = """
    CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, what text NOT NULL,
        folded text GENERATED ALWAYS AS (lower(what)) STORED);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'history is not rewritten'; END $$;
    CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse();
    INSERT INTO event (at, what) VALUES ('2026-11-21 02:00+07', 'ĐƠN KHIẾU NẠI'), (NULL, 'Đối thoại');
"""


class Cluster:
    """A PostgreSQL and the scripts run against it, as the environment of the compose file would have them."""

    def __init__(self, service: Postgres) -> None:
        self.service = service

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{postgres_programs()}:/usr/local/bin:/usr/bin:/bin"
        return subprocess.run(
            ["sh", PROJECT / "deploy" / script, *arguments],
            env={"PATH": path, "PGHOST": "127.0.0.1", "PGPORT": str(self.service.port), "TZ": "ICT-7"}
            | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def set_up(self, **change: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "POSTGRES_USER": "admin",
            "PGPASSWORD": self.service.keys["ADMIN_PASSWORD"],
            "DATABASE_OWNER": OWNER,
            "DATABASE_OWNER_PASSWORD": OWNER_PASSWORD,
            "DATABASE_APP": APP,
            "DATABASE_APP_PASSWORD": APP_PASSWORD,
            "DATABASE_NAME": DATABASE,
        }
        return self.run("database-init.sh", **environment | change)

    def connect(self, user: str, password: str, database: str = DATABASE) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.service.port,
            user=user,
            password=password,
            dbname=database,
            autocommit=True,
        )

    def ask(self, question: str, *, user: str = OWNER, password: str = OWNER_PASSWORD) -> list[tuple]:
        with self.connect(user, password) as connection:
            return connection.execute(question).fetchall()

    def tell(self, statement: str) -> None:
        with self.connect(OWNER, OWNER_PASSWORD) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with ExitStack() as stack:
        service = Postgres(stack.enter_context(temporary_place()))
        with warnings.catch_warnings():
            # The keeper of the service outlives the call that started it, as it should.
            warnings.simplefilter("ignore", ResourceWarning)
            stack.enter_context(in_use([service]))
        made = Cluster(service)
        result = made.set_up()
        assert result.returncode == 0, result.stderr
        yield made


# --- The first start ----------------------------------------------------------------------------------------------


def test_the_database_sorts_and_folds_by_rules_that_come_with_postgresql(cluster):
    found = cluster.ask(
        "SELECT datlocprovider::text, datlocale, pg_encoding_to_char(encoding), rolname, lower('ĐỐI THOẠI')"
        " FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = current_database()"
    )
    assert found == [("b", "PG_UNICODE_FAST", "UTF8", OWNER, "đối thoại")]


def test_the_owner_may_make_tables_and_nothing_beyond_the_database(cluster):
    cluster.tell("CREATE TABLE made_by_owner (); DROP TABLE made_by_owner")
    assert cluster.ask(
        "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ) == [(False, False, False)]


def test_the_application_may_sign_in_and_not_make_tables(cluster):
    assert cluster.ask("SELECT current_user::text", user=APP, password=APP_PASSWORD) == [(APP,)]
    with (
        cluster.connect(APP, APP_PASSWORD) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE public.mine ()")


def test_a_strange_role_may_not_even_sign_in(cluster):
    with cluster.connect("admin", cluster.service.keys["ADMIN_PASSWORD"]) as connection:
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'x'")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        cluster.connect("stranger", "x")


def test_a_second_run_changes_nothing_but_sets_the_passwords(cluster):
    assert cluster.set_up(DATABASE_APP_PASSWORD="another-one").returncode == 0
    assert cluster.ask("SELECT 1", user=APP, password="another-one") == [(1,)]
    assert cluster.set_up().returncode == 0
    assert cluster.ask("SELECT 1", user=APP, password=APP_PASSWORD) == [(1,)]


@pytest.mark.parametrize("name", ["DATABASE_OWNER_PASSWORD", "DATABASE_APP_PASSWORD"])
@pytest.mark.parametrize("value", ["", "change-me-text"])
def test_a_placeholder_or_empty_password_is_refused_by_name(cluster, name, value):
    result = cluster.set_up(**{name: value, "DATABASE_NAME": "never_made"})
    assert result.returncode != 0
    assert f"{name} is empty or still the placeholder" in result.stderr
    assert cluster.ask("SELECT count(*) FROM pg_database WHERE datname = 'never_made'") == [(0,)]


def test_the_images_superuser_loses_the_password_he_was_started_with(cluster):
    with cluster.connect("admin", cluster.service.keys["ADMIN_PASSWORD"]) as connection:
        connection.execute("CREATE ROLE image_superuser SUPERUSER LOGIN PASSWORD 'first'")
    result = cluster.set_up(POSTGRES_USER="image_superuser", POSTGRES_PASSWORD="first", PGPASSWORD="first")
    assert result.returncode == 0, result.stderr
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        cluster.connect("image_superuser", "first", "postgres")


# --- Backup and restore -------------------------------------------------------------------------------------------


@pytest.fixture
def kept(cluster, tmp_path):
    """A database with a table, a folder with files, and what the two scripts are told about them."""
    cluster.tell("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + SCHEMA)
    for name in ("media", "backups"):
        (tmp_path / name).mkdir()
    (tmp_path / "media/2026").mkdir()
    (tmp_path / "media/2026/a1b2").write_bytes(b"\x00\xff a photograph")
    return {
        "PGUSER": OWNER,
        "PGPASSWORD": OWNER_PASSWORD,
        "PGDATABASE": DATABASE,
        "MEDIA_ROOT": str(tmp_path / "media"),
        "BACKUP_ROOT": str(tmp_path / "backups"),
    }


def back_up(cluster, kept):
    """Makes a backup; its name."""
    result = cluster.run("backup.sh", **kept)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()[1]


def test_what_was_backed_up_comes_back_whole_with_its_rules(cluster, kept, tmp_path):
    before = cluster.ask("SELECT * FROM event ORDER BY id")
    name = back_up(cluster, kept)
    cluster.tell("INSERT INTO event (what) VALUES ('later'); CREATE TABLE of_a_newer_version ()")
    (tmp_path / "media/2026/a1b2").unlink()
    (tmp_path / "media/later").write_bytes(b"later")

    result = cluster.run("restore.sh", name, "--over", **kept)

    assert result.returncode == 0, result.stderr
    assert cluster.ask("SELECT * FROM event ORDER BY id") == before
    assert cluster.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("event",)]
    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == ["a1b2"]
    assert (tmp_path / "media/2026/a1b2").read_bytes() == b"\x00\xff a photograph"
    with pytest.raises(psycopg.errors.RaiseException, match="not rewritten"):
        cluster.tell("DELETE FROM event")
    cluster.tell("INSERT INTO event (what) VALUES ('next')")
    assert cluster.ask("SELECT max(id) FROM event") == [(3,)]


def test_a_restored_database_can_be_backed_up_and_restored_again(cluster, kept, tmp_path):
    assert cluster.run("restore.sh", back_up(cluster, kept), "--over", **kept).returncode == 0
    (tmp_path / "second").mkdir()
    again = kept | {"BACKUP_ROOT": str(tmp_path / "second")}
    result = cluster.run("restore.sh", back_up(cluster, again), "--over", **again)
    assert result.returncode == 0, result.stderr
    assert cluster.ask("SELECT count(*) FROM event") == [(2,)]


def test_an_empty_database_is_filled_without_further_ado(cluster, kept, tmp_path):
    name = back_up(cluster, kept)
    cluster.tell("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    (tmp_path / "empty").mkdir()
    result = cluster.run("restore.sh", name, **kept | {"MEDIA_ROOT": str(tmp_path / "empty")})
    assert result.returncode == 0, result.stderr
    assert cluster.ask("SELECT count(*) FROM event") == [(2,)]
    assert (tmp_path / "empty/2026/a1b2").exists()


def test_what_is_there_is_not_replaced_unless_one_says_so(cluster, kept, tmp_path):
    name = back_up(cluster, kept)
    cluster.tell("INSERT INTO event (what) VALUES ('later')")
    result = cluster.run("restore.sh", name, **kept)
    assert result.returncode != 0
    assert "--over" in result.stderr
    assert cluster.ask("SELECT count(*) FROM event") == [(3,)]


def test_a_damaged_backup_is_refused_and_nothing_changes(cluster, kept, tmp_path):
    name = back_up(cluster, kept)
    dump = tmp_path / "backups" / name / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-100])
    result = cluster.run("restore.sh", name, "--over", **kept)
    assert result.returncode != 0
    assert "damaged" in result.stderr
    assert cluster.ask("SELECT count(*) FROM event") == [(2,)]


def test_a_restore_that_breaks_off_leaves_database_and_files_as_they_were(cluster, kept, tmp_path):
    name = back_up(cluster, kept)
    folder = tmp_path / "backups" / name
    dump = (folder / "database.dump").read_bytes()
    (folder / "database.dump").write_bytes(dump[:-40])
    sums = subprocess.run(
        ["sha256sum", "database.dump", "media.tar"], cwd=folder, capture_output=True, check=True
    )
    (folder / "SHA256SUMS").write_bytes(sums.stdout)
    cluster.tell("INSERT INTO event (what) VALUES ('later')")

    result = cluster.run("restore.sh", name, "--over", **kept)

    assert result.returncode != 0
    assert "as it was" in result.stderr
    assert cluster.ask("SELECT count(*) FROM event") == [(3,)]
    assert (tmp_path / "media/2026/a1b2").exists()


def test_a_backup_that_fails_leaves_none_behind(cluster, kept, tmp_path):
    result = cluster.run("backup.sh", **kept | {"PGPASSWORD": "wrong"})
    assert result.returncode != 0
    assert [path.name for path in (tmp_path / "backups").glob("20*")] == []


def test_nobody_else_on_the_machine_can_read_a_backup(cluster, kept, tmp_path):
    folder = tmp_path / "backups" / back_up(cluster, kept)
    assert {path.stat().st_mode & 0o077 for path in [folder, *folder.iterdir()]} == {0}


def test_the_newest_of_each_day_week_and_month_is_kept(cluster, kept, tmp_path):
    kept_as = {
        "2020-01-15T0200": None,
        "2020-06-30T0200": "month 4",
        "2020-07-30T0200": None,
        "2020-07-31T0200": "month 3",
        "2020-08-03T0200": None,  # a Monday
        "2020-08-08T0200": None,
        "2020-08-09T0200": "day 3, and week 3, that of the Monday before",
        "2020-08-10T0200": None,
        "2020-08-10T1400": "day 2, week 2, month 2",
    }
    for name in kept_as:
        (tmp_path / "backups" / name).mkdir()
    today = back_up(cluster, kept | {"KEEP_DAYS": "3", "KEEP_WEEKS": "3", "KEEP_MONTHS": "4"})
    left = {path.name for path in (tmp_path / "backups").glob("20*")}
    assert left == {name for name, why in kept_as.items() if why} | {today}


@pytest.mark.django_db
def test_the_products_own_tables_survive_dump_and_restore():
    """A dump sets an empty search_path, so a function that names another without its schema cannot be restored."""
    server = connection.get_connection_params()
    copy = f"{server['dbname']}_restored"
    environment = {
        "PATH": f"{postgres_programs()}:/usr/local/bin:/usr/bin:/bin",
        "PGHOST": str(server["host"]),
        "PGPORT": str(server["port"]),
        "PGUSER": server["user"],
        "PGPASSWORD": server["password"],
    }

    def tool(*command: str, source: str = "") -> str:
        done = subprocess.run(
            command, env=environment, input=source, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    tool("dropdb", "--if-exists", copy)
    tool("createdb", "--template=template0", copy)
    try:
        dump = tool("pg_dump", "--no-owner", "--no-privileges", server["dbname"])
        tool(
            "psql",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--single-transaction",
            f"--dbname={copy}",
            source=dump,
        )
        for made in ("pg_class", "pg_trigger", "pg_constraint"):
            counted = f"SELECT count(*) FROM {made} WHERE oid >= 16384"
            with connection.cursor() as cursor:
                cursor.execute(counted)
                here = cursor.fetchone()[0]
            assert int(tool("psql", "--tuples-only", f"--dbname={copy}", f"--command={counted}")) == here > 0
    finally:
        tool("dropdb", "--force", copy)
