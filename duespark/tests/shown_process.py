"""A WSGI application that says which process answers, once it has read the body and slept as asked."""

import os
import time

from duespark.serving import ThreadWorker


class Impatient(ThreadWorker):
    queue_timeout = head_timeout = body_timeout = 1


def application(environ, start_response):
    environ["wsgi.input"].read()
    time.sleep(float(environ["QUERY_STRING"] or 0))
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
