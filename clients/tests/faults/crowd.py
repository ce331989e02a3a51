"""Callers who write without a pause while things break, and who remember what they were promised."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

from clients.tests.ledger import WRONG
from clients.tests.live import PATIENCE, Wire, registered
from duespark.ids import uuid_of

CALLERS = 6
IMPORTED = 150  # clients of one import
CROWDS = count()
IDS = {"client": "clients_client", "invoice": "clients_invoice", "payment": "clients_payment"}


class Crowd:
    """Each caller makes clients, invoices and payments, changes them, and imports; all of them bill one client."""

    def __init__(self, port):
        self.port = port
        self.token = registered(port)["access_token"]
        self.answers = []
        self.promised = {"client": [], "invoice": [], "payment": [], "import": []}
        self.number = next(CROWDS)
        self.rounds = count()
        self.over = threading.Event()
        with Wire(port, self.token) as wire:
            self.shared = wire.insist("POST", "/clients/", {"name": "Shared", "email": "shared@example.com"})["id"]

    @contextmanager
    def at_work(self):
        """Everybody works until the block is left; what went wrong with a caller is raised then."""
        self.over.clear()
        with ThreadPoolExecutor(CALLERS) as threads:
            callers = [threads.submit(self._work) for _ in range(CALLERS)]
            try:
                yield
            finally:
                self.over.set()
            for caller in callers:
                caller.result(PATIENCE)

    def _work(self):
        with Wire(self.port, self.token) as wire:
            while not self.over.is_set():
                self._one_round(wire, next(self.rounds))

    def _one_round(self, wire, nth):
        n = f"{self.number}-{nth}"
        if client := self._made("client", wire, "/clients/", {"name": f"Client {n}", "email": f"{n}@example.com"}):
            self._ask(wire, "PUT", f"/clients/{client}", {"notes": "changed"})
        bill = {"client_id": self.shared, "invoice_number": f"N-{n}", "amount": "10.00"}
        if invoice := self._made("invoice", wire, "/invoices/", bill):
            self._made("payment", wire, f"/invoices/{invoice}/payments", {"amount": "2.50"})
        if nth % 3 == 0:
            rows = [{"name": f"Import {n}", "email": f"{n}-{row}@imported.example"} for row in range(IMPORTED)]
            body = {"clients": rows} if nth % 2 else _csv(rows)
            answer = self._ask(wire, "POST", "/clients/bulk/import", body)
            if answer.status == 200:
                assert (answer.body["created"], answer.body["total"]) == (IMPORTED, IMPORTED)
                self.promised["import"].append(f"Import {n}")

    def _made(self, kind, wire, path, body):
        answer = self._ask(wire, "POST", path, body)
        if answer.status != 201:
            return None
        self.promised[kind].append(answer.body["id"])
        return answer.body["id"]

    def _ask(self, wire, method, path, body):
        answer = wire.ask(method, path, body)
        self.answers.append(answer)
        if answer.status is None or answer.status >= 500:
            time.sleep(0.01)  # as long as nobody answers, nobody hammers
        return answer

    def statuses(self):
        return Counter(answer.status for answer in self.answers)

    def slowest(self):
        return max(answer.seconds for answer in self.answers)

    def __str__(self):
        return f"{len(self.answers):,} answers, {dict(self.statuses())}, the slowest after {self.slowest():.2f} s"

    def wait_for(self, status, number=1):
        """Until there have been so many answers like that from now on."""
        seen, until = len(self.answers), time.monotonic() + PATIENCE
        while (since := Counter(answer.status for answer in self.answers[seen:]))[status] < number:
            assert time.monotonic() < until, f"{number} answers of {status} were waited for, there were {since}"
            time.sleep(0.005)

    def broken_promises(self, query):
        """What was answered with 2xx and is not there, which imports are there in part, and totals that are wrong.

        `query` gives the rows of a statement.
        """
        lost = {}
        for kind, table in IDS.items():
            there = {pk for (pk,) in query(f"SELECT id FROM {table}")}
            lost[kind] = [one for one in self.promised[kind] if uuid_of(one) not in there]
        counts = dict(query("SELECT name, count(*) FROM clients_client WHERE name LIKE 'Import %' GROUP BY 1"))
        lost["import"] = [name for name in self.promised["import"] if name not in counts]
        lost["half"] = [name for name, number in counts.items() if number != IMPORTED]
        lost["totals"] = query(WRONG)
        return {kind: what for kind, what in lost.items() if what}


def _csv(rows):
    return ("name,email\n" + "".join(f"{row['name']},{row['email']}\n" for row in rows)).encode()
