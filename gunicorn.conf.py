"""How gunicorn serves DueSpark where the command line says nothing else."""

import os
from typing import Any

import gunicorn.util
from django.conf import settings
from gunicorn.workers import SUPPORTED_WORKERS

from duespark.api.unparsed import write_error

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))  # each keeps one connection to the database
preload_app = True  # workers share the code they are forked from
keepalive = 30
timeout = 120  # seconds without a sign of life from a worker
limit_request_line = limit_request_field_size = 8190  # bytes; a token of ours has some 400
limit_request_fields = 100
control_socket_disable = True

SUPPORTED_WORKERS["gthread"] = "duespark.serving.ThreadWorker"
gunicorn.util.write_error = write_error


def post_worker_init(worker: Any) -> None:
    """Goes on with the mails that were waiting when the last process ended."""
    from accounts.mailing import SENDER  # noqa: PLC0415  # needs Django, which is up by now

    SENDER.wake()


def when_ready(server: Any) -> None:
    """Tells a developer where everything is and how to begin."""
    if settings.DEVELOPMENT:
        from clients.demo import welcome  # noqa: PLC0415  # needs Django, which is up by now

        print(welcome(str(server.LISTENERS[0])), flush=True)
