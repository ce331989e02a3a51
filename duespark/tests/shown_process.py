"""A WSGI application that says which process answers, once it has slept as long as it is asked to."""

import os
import time

from duespark.serving import ThreadWorker


class Impatient(ThreadWorker):
    queue_timeout = head_timeout = 1


def application(environ, start_response):
    time.sleep(float(environ["QUERY_STRING"] or 0))
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
