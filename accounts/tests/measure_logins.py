"""Whether the time of an answer tells if an email exists: measured, against a server on loopback.

    python -m accounts.tests.measure_logins [ROUNDS]

makes a database of its own beside the one that is configured, serves it by gunicorn, and asks in
turns, each time by an email of the kind that nobody has asked by before. It says the medians, and
exits with 1 where one is more than 10 % off its neighbours. A mail takes half a second meanwhile.
"""

import http.client
import json
import os
import random
import socketserver
import sys
import threading
import time
from contextlib import suppress
from statistics import median

import django

KINDS = {
    "unknown email": None,
    "wrong password": {},
    "inactive user": {"is_active": False},
    "closed account": {"closed": True},
    "no usable password": {"password": "!"},
}
TOLERANCE = 0.10


class SlowMail(socketserver.StreamRequestHandler):
    """As much SMTP as a mail needs, and half a second for each."""

    def handle(self):
        with suppress(ConnectionError):  # the sender has been stopped
            self.speak()

    def speak(self):
        self.wfile.write(b"220 slow\r\n")
        in_mail = False
        for line in self.rfile:
            if in_mail and line != b".\r\n":
                continue
            if in_mail:
                time.sleep(0.5)
            in_mail = line.upper().startswith(b"DATA")
            self.wfile.write(b"354 go on\r\n" if in_mail else b"250 yes\r\n")


def email(kind, number):
    return f"{kind.replace(' ', '-')}-{number}@example.com"


def make_users(rounds):
    password = make_password("the right one")
    for kind, fields in KINDS.items():
        for number in range(rounds) if fields is not None else ():
            account = Account.objects.create(closed_at=timezone.now() if "closed" in fields else None)
            known = {"password": password, **fields}
            known.pop("closed", None)
            User.objects.create(account=account, email=email(kind, number), **known)


def measure(port, path, rounds, body, status):
    """Milliseconds by kind; the kinds take turns in an order that changes."""
    taken = {kind: [] for kind in KINDS}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(rounds):
        for kind in random.sample(list(KINDS), len(KINDS)):
            sent = json.dumps({"email": email(kind, number), **body})
            # Every request from an address of its own, as its proxy says: none of them is to be locked out.
            address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
            headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
            begun = time.perf_counter()
            connection.request("POST", path, sent, headers)
            response = connection.getresponse()
            response.read()
            taken[kind].append((time.perf_counter() - begun) * 1000)
            assert response.status == status, (path, kind, response.status)
            time.sleep(0.005)
    return {kind: median(times) for kind, times in taken.items()}


def main(rounds):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), SlowMail) as mail:
        mail.daemon_threads = True
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        url = f"smtp://127.0.0.1:{mail.server_address[1]}"
        with served(TRUSTED_PROXIES="1", EMAIL_URL=url) as port:
            login = "/auth/login", rounds, {"password": "wrong"}, 401
            reset = "/auth/password-reset-request", rounds, {}, 200
            measure(port, "/auth/login", 1, {"password": "wrong"}, 401)  # the first of all is slower
            results = {asked[0]: measure(port, *asked) for asked in (login, reset)}
        mail.shutdown()
    worst = 0.0
    for path, medians in results.items():
        print(f"{path}, median of {rounds}")
        middle = median(medians.values())
        for kind, milliseconds in medians.items():
            off = milliseconds / middle - 1
            worst = max(worst, abs(off))
            print(f"  {kind:20} {milliseconds:8.2f} ms  {off:+.1%}")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duespark.settings")
    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases
    from django.utils import timezone

    from accounts.models import Account, User
    from accounts.tests.servers import served

    connection.settings_dict["TEST"]["NAME"] = "duespark_measured"
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
        make_users(rounds)
        sys.exit(main(rounds))
    finally:
        teardown_databases(databases, verbosity=0)
