"""The embedded services as `make manage` and `make test` use them: real servers, killed for real."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

from config.embedded import processes
from config.embedded.places import is_root, service_user
from tests.config.embedding import Home
from tests.processes import until


def test_a_command_has_stdout_and_its_exit_code_for_itself_and_nothing_runs_on(home: Home):
    done = home.run("sh", "-c", "echo from the command; exit 7")
    assert (done.stdout, done.returncode) == ("from the command\n", 7)
    assert "Starting PostgreSQL" in done.stderr
    assert home.processes() == {}


def test_what_was_written_is_there_at_the_next_start_under_the_same_keys(home: Home):
    first = home.python(
        "owner.execute('CREATE TABLE kept (n int)'); owner.execute('INSERT INTO kept VALUES (42)');"
        "broker.set('kept', 'yes'); print(os.environ['IDENTITY_KEYS'], os.environ['INDEX_KEY'])"
    )
    second = home.python(
        "print(os.environ['IDENTITY_KEYS'], os.environ['INDEX_KEY']);"
        "print(owner.execute('SELECT n FROM kept').fetchone()[0], broker.get('kept').decode())"
    )
    assert second == f"{first}\n42 yes"


def test_the_roles_are_two_and_neither_can_do_more_than_its_part(home: Home):
    said = home.python("""
def tries(connection, statement):
    try:
        connection.execute(statement)
    except psycopg.Error as error:
        return type(error).__name__
    return "done"

print(tries(app, "CREATE TABLE t (n int)"))
print(tries(owner, "CREATE TABLE t (n int)"))
print(tries(app, "SELECT * FROM t"))
print(tries(owner, "CREATE ROLE another"), tries(owner, "CREATE DATABASE another"))
print(tries(owner, "COPY t FROM PROGRAM 'true'"))
show = lambda name: owner.execute(f"SELECT current_setting('{name}')").fetchone()[0]
print(show("password_encryption"), show("TimeZone"), show("idle_in_transaction_session_timeout"), show("fsync"))
print(show("listen_addresses"))
print(*owner.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'lang_nghe'").fetchone())
print(broker.config_get("appendonly")["appendonly"], broker.config_get("maxmemory-policy")["maxmemory-policy"])
""")
    assert said.splitlines() == [
        "InsufficientPrivilege",
        "done",
        "InsufficientPrivilege",
        "InsufficientPrivilege InsufficientPrivilege",
        "InsufficientPrivilege",
        "scram-sha-256 UTC 1min on",
        "127.0.0.1",
        "b PG_UNICODE_FAST",
        "yes noeviction",
    ]


def test_without_the_password_nobody_comes_in(home: Home):
    said = home.python("""
for url in (os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]):
    try:
        psycopg.connect(url, password="guessed")
    except psycopg.OperationalError as error:
        print("password authentication failed" in str(error))
try:
    redis.Redis(host="127.0.0.1", port=broker.connection_pool.connection_kwargs["port"]).ping()
except redis.AuthenticationError:
    print("Valkey too")
""")
    assert said.splitlines() == ["True", "True", "Valkey too"]


def test_keys_and_data_are_closed_to_others(home: Home):
    home.run("true")
    assert (home.folder / "keys.json").stat().st_mode & 0o077 == 0
    for part in ("postgres/data", "valkey/data", "valkey/valkey.conf"):
        path = home.folder / part
        assert path.stat().st_mode & 0o077 == 0, part
        if is_root():
            assert path.stat().st_uid == service_user()[0], part


def test_the_second_command_uses_the_services_of_the_first_and_whoever_leaves_last_stops_them(home: Home):
    first = home.hold()
    server = home.service("postgres")
    # Two at once, one of which ends long before the other.
    second = home.hold()
    assert home.python("print(app.execute('SELECT 1').fetchone()[0])") == "1"
    assert home.service("postgres") == server
    first.communicate("\n", timeout=120)
    assert home.service("postgres") == server
    second.communicate("\n", timeout=120)
    assert home.processes() == {}


def test_two_commands_that_start_in_the_same_moment_share_one_server(home: Home):
    code = "import os; print(os.environ['DATABASE_URL'], flush=True); input()"
    both = [home.begin("run", "--", sys.executable, "-c", code) for _ in range(2)]
    addresses = {begun.stdout.readline() for begun in both}
    assert len(addresses) == 1
    for begun in both:
        begun.communicate("\n", timeout=120)
    assert home.processes() == {}


def test_a_server_that_is_killed_is_back_under_the_same_address_with_what_was_committed(home: Home):
    code = """
owner.execute("CREATE TABLE kept (n int)"); owner.execute("INSERT INTO kept VALUES (42)"); broker.set("kept", 1)
time.sleep(1.5)  # the broker writes its log every second
print("written", flush=True); input()
def again(ask):
    for _ in range(1000):
        try:
            return ask()
        except (psycopg.OperationalError, redis.RedisError):
            time.sleep(0.1)
print(again(lambda: psycopg.connect(os.environ["DATABASE_OWNER_URL"]).execute("SELECT n FROM kept").fetchone()[0]))
print(again(lambda: broker.get("kept")))
"""
    begun = home.begin_python(code)
    for name in ("postgres", "valkey-server"):
        os.kill(home.service(name), signal.SIGKILL)
    said, complained = begun.communicate("\n", timeout=120)
    assert said.splitlines() == ["42", "b'1'"], complained
    assert home.processes() == {}


def test_after_kill_9_of_the_command_its_services_stop_by_themselves(home: Home):
    begun = home.hold()
    begun.kill()
    begun.communicate()
    until(lambda: not home.processes())


def test_after_kill_9_of_everything_the_next_start_recovers(home: Home):
    home.python("owner.execute('CREATE TABLE kept (n int)')")
    begun = home.hold()
    home.kill_all()
    begun.communicate()
    assert (home.folder / "postgres" / "data" / "postmaster.pid").exists()
    assert home.python("print(owner.execute('SELECT count(*) FROM kept').fetchone()[0])") == "0"


def test_a_note_that_names_a_stranger_as_the_running_server_harms_neither(home: Home):
    home.run("true")
    user = service_user()
    stranger = subprocess.Popen(["sleep", "60"], user=user and user[0])
    note = home.folder / "postgres" / "data" / "postmaster.pid"
    note.write_text(f"{stranger.pid}\n{note.parent}\n1\n1\n\n127.0.0.1\n1 1\nready\n")
    try:
        assert home.python("print(app.execute('SELECT 1').fetchone()[0])") == "1"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_left_by_a_killed_keeper_is_ended_before_another_is_started(home: Home):
    home.python("owner.execute('CREATE TABLE kept (n int)')")
    begun = home.hold()
    server = home.service("postgres")
    # A stopped server does not hear that its keeper died, as one does not that hangs for a while.
    os.kill(server, signal.SIGSTOP)
    # Some end by themselves when the first of them is gone.
    processes.send([pid for pid in home.processes() if pid not in home.servers()], signal.SIGKILL)
    begun.communicate()
    next_one = home.begin("run", "--", "echo", "up")
    time.sleep(2)
    assert home.service("postgres") == server
    assert next_one.poll() is None
    os.kill(server, signal.SIGCONT)
    assert next_one.communicate(timeout=120)[0] == "up\n"
    assert home.processes() == {}


def test_a_port_that_somebody_took_meanwhile_is_left_to_him(home: Home):
    home.run("true")
    port = int((home.folder / "postgres" / "port").read_text())
    with socket.socket() as stranger:
        # The port may still be cooling down after the service that had it.
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        address = home.python("print(os.environ['DATABASE_URL'])")
    assert f":{port}/" not in address


def test_a_temporary_run_has_services_of_its_own_and_leaves_nothing(home: Home):
    code = (
        "import os, psycopg; owner = psycopg.connect(os.environ['DATABASE_OWNER_URL'], autocommit=True);"
        "owner.execute('CREATE DATABASE test_x'); print(os.environ['MEDIA_ROOT']);"
        "print(owner.execute(\"SELECT current_setting('fsync')\").fetchone()[0])"
    )
    both = [home.run(sys.executable, "-c", code, temporary=True) for _ in range(2)]
    folders = {done.stdout.splitlines()[0] for done in both}
    assert [done.stdout.splitlines()[1] for done in both] == ["off", "off"], both[0].stderr
    assert len(folders) == 2
    assert list((home.folder / "temporary").iterdir()) == []
    assert not (home.folder / "postgres").exists()


def test_what_a_killed_temporary_run_left_is_removed_by_the_next(home: Home):
    begun = home.begin("run", "--temporary", "--", sys.executable, "-c", "print('up', flush=True); input()")
    begun.stdout.readline()
    [left] = (home.folder / "temporary").iterdir()
    home.kill_all()
    begun.communicate()
    assert left.exists()
    # Several at once clear it together, and never each other.
    runs = [home.begin("run", "--temporary", "--", "true") for _ in range(3)]
    assert [(run.communicate(timeout=150)[1], run.returncode)[1] for run in runs] == [0, 0, 0]
    assert list((home.folder / "temporary").iterdir()) == []


def test_services_of_the_users_own_are_used_and_none_is_started(home: Home):
    own = {"DATABASE_URL": "postgres://me@db.example/x", "REDIS_URL": "redis://broker.example/0"}
    done = home.run(
        sys.executable,
        "-c",
        "import json, os; print(json.dumps(dict(os.environ)))",
        **own,
        SECRET_KEY="a secret of my own",
    )
    environment = json.loads(done.stdout)
    assert {name: environment[name] for name in own} == own
    assert environment["DATABASE_OWNER_URL"] == own["DATABASE_URL"]
    assert environment["SECRET_KEY"] == "a secret of my own"
    assert not (home.folder / "postgres").exists()
    assert not (home.folder / "valkey").exists()


def test_only_the_service_that_is_missing_is_started(home: Home):
    done = home.run(
        sys.executable,
        "-c",
        "import os; print(os.environ['DATABASE_URL'])",
        REDIS_URL="redis://broker.example/0",
    )
    assert done.stdout.startswith("postgres://app:")
    assert not (home.folder / "valkey").exists()


def test_data_without_its_keys_is_refused_with_a_sentence(home: Home):
    home.run("true")
    (home.folder / "keys.json").unlink()
    done = home.run("true")
    assert done.returncode == 1
    assert f"{home.folder}/keys.json is gone" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_wrong_keys_are_refused_with_a_sentence(home: Home):
    home.run("true")
    path = home.folder / "keys.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "ADMIN_PASSWORD": "another"}))
    done = home.run("true")
    assert done.returncode == 1
    assert "does not hold the passwords of" in done.stderr
    assert home.processes() == {}


def test_a_command_that_does_not_exist_is_named(home: Home):
    done = home.run("no-such-command")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        "no-such-command cannot be run: No such file or directory.",
    )


def test_sigterm_ends_the_command_first_and_then_the_services(home: Home):
    code = (
        "import os, psycopg, signal, time;"
        "signal.signal(signal.SIGTERM, lambda *_: (psycopg.connect(os.environ['DATABASE_URL']), print('clean'), exit(3)));"
        "print('up', flush=True); time.sleep(60)"
    )
    begun = home.begin("run", "--", sys.executable, "-c", code)
    begun.stdout.readline()
    begun.terminate()
    said, complained = begun.communicate(timeout=120)
    assert (said, begun.returncode) == ("clean\n", 3), complained
    assert home.processes() == {}


def test_errors_in_the_log_carry_nothing_that_people_wrote(home: Home):
    home.python("""
owner.execute("CREATE TABLE people (phone text UNIQUE)")
for _ in range(2):
    try:
        owner.execute("INSERT INTO people VALUES ('0912345678')")
    except psycopg.errors.UniqueViolation:
        print("refused")
""")
    log = (home.folder / "postgres" / "log").read_text()
    assert "duplicate key" in log
    assert "0912345678" not in log
