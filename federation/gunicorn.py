"""How gunicorn serves the portal: `gunicorn -c python:federation.gunicorn federation.wsgi`; the bind comes from outside."""

import gc
import os
from pathlib import Path
from typing import Any

workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
# Pages are work for the processor: a second thread in a process only waits for the first. The trial has no proxy in front
# and gets more, since a browser opens connections that it does not use yet.
threads = int(os.environ.get("WEB_THREADS", "1"))
# Loaded once and shared; an upgrade restarts the service.
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True
# The proxy's address log stays with the proxy; ours would hold query strings.
accesslog = None
errorlog = "-"
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")


def when_ready(server: Any) -> None:
    """What was loaded before the workers fork is never garbage; they look for the rest less often than Python would."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
