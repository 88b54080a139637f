"""What a Celery worker does with a broker: celery_client.py <amqp url> <case>; ends with 0 if all is right.

The worker is a process of its own, started as its users start it. Events, gossip, mingle and remote control are on, as
they are by default. The same file is the worker's application.
"""

import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time

from celery import Celery, group

PATIENCE_SECONDS = 40
URL = os.environ.get("CELERY_TEST_URL", "")
PRIVATE = os.environ.get("CELERY_TEST_QUEUE", "celery")

app = Celery("celery_client", broker=URL, backend="rpc://")
app.conf.update(
    task_default_queue=PRIVATE,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_queue_max_priority=5,
    broker_connection_timeout=PATIENCE_SECONDS,
    worker_send_task_events=True,
    control_queue_ttl=300.0,
    control_queue_expires=10.0,
)
if URL.startswith("amqps"):
    app.conf.broker_use_ssl = {"ca_certs": os.environ["MILLRACE_TEST_CA"], "cert_reqs": ssl.CERT_REQUIRED}


@app.task(name="add")
def add(x, y):
    return x + y


@app.task(name="flaky", bind=True, max_retries=5)
def flaky(self, fails):
    if self.request.retries < fails:
        raise self.retry(countdown=0.2)
    return self.request.retries


@app.task(name="broken")
def broken():
    raise ValueError("broken on purpose")


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def expect(expected, met, what):
    if expected != met:
        raise AssertionError(f"{what}: expected {expected!r}, met {met!r}")


@case
def tasks_results_and_retries():
    expect(list(range(0, 60, 2)), [add.delay(i, i).get(timeout=PATIENCE_SECONDS) for i in range(30)], "sums")
    results = group(add.s(i, 1) for i in range(20))().get(timeout=PATIENCE_SECONDS)
    expect(list(range(1, 21)), results, "results of a group")
    expect(3, flaky.delay(3).get(timeout=PATIENCE_SECONDS), "retries before the success")
    expect("broken on purpose", str(broken.delay().get(timeout=PATIENCE_SECONDS, propagate=False)), "failure")
    expect(9, add.apply_async((4, 5), countdown=0.3, priority=3).get(timeout=PATIENCE_SECONDS), "later")


@case
def remote_control():
    answers = app.control.ping(timeout=PATIENCE_SECONDS, limit=1)
    expect(["pong"], [answer["ok"] for each in answers for answer in each.values()], "ping")
    inspect = app.control.inspect(timeout=PATIENCE_SECONDS, limit=1)
    expect(True, any("add" in tasks for tasks in inspect.registered().values()), "registered tasks")
    app.control.broadcast("add_consumer", arguments={"queue": PRIVATE + ".more"}, reply=True, limit=1,
                          timeout=PATIENCE_SECONDS)
    expect(3, add.apply_async((1, 2), queue=PRIVATE + ".more").get(timeout=PATIENCE_SECONDS), "new queue")
    active = inspect.active_queues()
    expect([PRIVATE, PRIVATE + ".more"], sorted(q["name"] for queues in active.values() for q in queues), "queues")
    app.control.cancel_consumer(PRIVATE + ".more", reply=True, limit=1, timeout=PATIENCE_SECONDS)


@case
def events():
    seen = []
    result = None
    wanted = {"task-received", "task-started", "task-succeeded"}
    with app.connection_for_read() as connection:
        receiver = app.events.Receiver(connection, handlers={"*": lambda event: seen.append(event["type"])})
        # The receiver asks the workers for a sign of life as soon as it listens: the first event.
        for _ in receiver.itercapture(timeout=PATIENCE_SECONDS):
            result = result or add.delay(1, 1)
            if wanted <= set(seen):
                break
        expect(2, result.get(timeout=PATIENCE_SECONDS), "sum")


@case
def everything():
    for name in ("tasks_results_and_retries", "remote_control", "events"):
        CASES[name]()


def main(url, name):
    queue = f"celery.test.{os.getpid()}"
    environment = {**os.environ, "CELERY_TEST_URL": url, "CELERY_TEST_QUEUE": queue,
                   "PYTHONPATH": os.path.dirname(os.path.abspath(__file__))}
    if not URL:
        # The application reads its settings when it is made: once more, with them.
        os.execve(sys.executable, [sys.executable, __file__, url, name], environment)
    environment["CELERY_TEST_QUEUE"] = PRIVATE
    with tempfile.TemporaryDirectory() as directory, open(os.path.join(directory, "log"), "w+") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "celery_client", "worker", "--concurrency=1", "--loglevel=INFO",
             "--hostname=w@%h", "--task-events"],
            env=environment, cwd=directory, stdout=log, stderr=log)
        try:
            CASES[name]()
            worker.send_signal(signal.SIGTERM)
            expect(0, worker.wait(PATIENCE_SECONDS), "exit code of the worker")
        except BaseException:
            log.flush()
            log.seek(0)
            print(log.read())
            raise
        finally:
            worker.kill()
            worker.wait()
    print("ok", name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
