"""What kombu does with a broker: kombu_client.py <amqp url> <case>; ends with 0 if all is right."""

import os
import socket
import ssl
import sys
import time
from threading import Thread

from amqp.exceptions import NotFound, PreconditionFailed
from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.pidbox import Mailbox
from kombu.pools import producers

CASES = {}
PATIENCE_SECONDS = 20


def case(function):
    CASES[function.__name__] = function
    return function


def expect(expected, met, what):
    if expected != met:
        sys.exit(f"{what}: expected {expected!r}, met {met!r}")


def drain(connection, done):
    while not done():
        connection.drain_events(timeout=PATIENCE_SECONDS)


@case
def publish_and_consume(connection):
    exchange = Exchange("kombu.media", "direct", durable=True)
    queue = Queue("kombu.video", exchange=exchange, routing_key="video")
    with producers[connection].acquire(block=True) as producer:
        for number in range(100):
            producer.publish({"name": "/tmp/lolcat1.avi", "number": number}, exchange=exchange, routing_key="video",
                             declare=[queue], serializer="json", compression="zlib" if number % 2 else None,
                             headers={"n": number})
    met = []

    def process(body, message):
        met.append((body["number"], message.headers["n"]))
        message.ack()

    with Consumer(connection, [queue], callbacks=[process], prefetch_count=7):
        drain(connection, lambda: len(met) == 100)
    expect([(number, number) for number in range(100)], met, "messages")
    bound = queue(connection.channel())
    expect(0, bound.purge(), "messages left")
    bound.delete()
    exchange(connection.channel()).delete()


@case
def requeue_and_reject(connection):
    queue = Queue("kombu.again", durable=False, auto_delete=True)
    seen = []

    def process(body, message):
        seen.append((body, bool(message.delivery_info["redelivered"])))
        if body == "reject":
            message.reject()
        elif len(seen) == 1:
            message.requeue()
        else:
            message.ack()

    with Consumer(connection, [queue], callbacks=[process], prefetch_count=1):
        producer = Producer(connection.channel())
        producer.publish("again", routing_key="kombu.again")
        producer.publish("reject", routing_key="kombu.again")
        producer.publish("end", routing_key="kombu.again")
        drain(connection, lambda: len(seen) == 4)
    expect([("again", False), ("again", True), ("reject", False), ("end", False)], seen, "deliveries")


@case
def simple_queue(connection):
    queue = connection.SimpleQueue("kombu.simple")
    for number in range(20):
        queue.put({"n": number})
    while len(queue) < 20:
        pass
    for number in range(20):
        message = queue.get(block=True, timeout=PATIENCE_SECONDS)
        expect({"n": number}, message.payload, "payload")
        message.ack()
    try:
        queue.get(block=False)
        sys.exit("an empty queue gave a message")
    except queue.Empty:
        pass
    queue.close()
    connection.channel().queue_delete("kombu.simple")


@case
def queue_properties(connection):
    channel = connection.channel()
    queue = Queue("kombu.properties", Exchange("kombu.x", "topic"), "a.#", durable=True, max_priority=10,
                  max_length=100, max_length_bytes=100_000, message_ttl=60, expires=300)
    queue(channel).declare()
    queue(channel).declare()
    for priority in (1, 9, 5):
        Producer(channel).publish(str(priority), exchange="kombu.x", routing_key="a.b", priority=priority)
    bound = queue(connection.channel())
    drain_order = []
    while len(drain_order) < 3:
        message = bound.get(no_ack=True)
        if message is not None:
            drain_order.append(message.payload)
    expect(["9", "5", "1"], drain_order, "order by priority")
    try:
        Queue("kombu.properties", durable=True, max_priority=5)(connection.channel()).declare()
        sys.exit("a queue was declared again with another priority")
    except PreconditionFailed as error:
        expect(406, error.code, "reply code")
    queue(connection.channel()).delete()
    try:
        queue(connection.channel()).queue_declare(passive=True)
        sys.exit("a queue that is not there was found")
    except NotFound as error:
        expect(404, error.code, "reply code")


@case
def transport_options(connection):
    """Publisher confirms as the transport has them: publish waits for its answer."""
    with Connection(connection.as_uri(include_password=True), ssl=connection.ssl,
                    transport_options={"confirm_publish": True}) as confirming:
        channel = confirming.channel()
        queue = Queue("kombu.confirms", durable=True)(channel)
        queue.declare()
        for number in range(50):
            Producer(channel).publish(str(number), routing_key="kombu.confirms")
        expect(50, queue.queue_declare(passive=True).message_count, "messages after their confirms")
        queue.delete()


@case
def mailbox(connection):
    """Remote control, on which Celery's inspection stands: fanout, replies to queues that expire."""
    box = Mailbox("kombu.control", type="fanout", accept=["json"])
    node_channel = connection.channel()
    node = box(connection).Node("node1@host", channel=node_channel, handlers={"ping": lambda state: {"ok": "pong"}},
                                state={})
    node.listen()
    asker = connection.clone()
    answers = []
    thread = Thread(target=lambda: answers.extend(box(asker).call(["node1@host"], "ping", timeout=PATIENCE_SECONDS)),
                    daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE_SECONDS
    while thread.is_alive() and time.monotonic() < end:
        try:
            connection.drain_events(timeout=0.1)
        except socket.timeout:
            pass
    expect([{"node1@host": {"ok": "pong"}}], answers, "answers")


def main(url, name):
    secured = False
    if url.startswith("amqps"):
        url = url.replace("amqps", "amqp", 1)
        secured = {"ca_certs": os.environ["MILLRACE_TEST_CA"], "cert_reqs": ssl.CERT_REQUIRED}
    with Connection(url, ssl=secured, connect_timeout=PATIENCE_SECONDS) as connection:
        connection.connect()
        CASES[name](connection)
    print("ok", name)


main(sys.argv[1], sys.argv[2])
