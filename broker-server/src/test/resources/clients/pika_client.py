"""What pika's blocking connection does with a broker: pika_client.py <amqp url> <case>; ends with 0 if all is right."""

import os
import ssl
import sys

import pika
from pika.exceptions import ChannelClosedByBroker, UnroutableError

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def expect(expected, met, what):
    if expected != met:
        sys.exit(f"{what}: expected {expected!r}, met {met!r}")


def take(channel, queue, count, auto_ack=False):
    """The next messages of a queue, through a consumer that is cancelled after them."""
    taken = []
    for method, properties, body in channel.consume(queue, auto_ack=auto_ack, inactivity_timeout=20):
        if method is None:
            sys.exit(f"{len(taken)} of {count} messages came")
        taken.append((method, properties, body))
        if len(taken) == count:
            return taken
    return taken


@case
def publish_with_confirms(connection, channel):
    channel.queue_declare("pika.confirms", durable=True)
    channel.confirm_delivery()
    properties = pika.BasicProperties(delivery_mode=2, message_id="id", headers={"k": "v", "n": 7})
    for number in range(200):
        channel.basic_publish("", "pika.confirms", b"m%d" % number, properties)
    again = channel.queue_declare("pika.confirms", passive=True)
    expect(200, again.method.message_count, "messages in the queue")
    method, properties, body = channel.basic_get("pika.confirms", auto_ack=True)
    expect((b"m0", "id", {"k": "v", "n": 7}, False), (body, properties.message_id, properties.headers,
                                                      method.redelivered), "first message")
    channel.queue_delete("pika.confirms")


@case
def consume_and_ack(connection, channel):
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_qos(prefetch_count=10)
    bodies = [os.urandom(size) for size in (0, 1, 1000, 200_000, 3_000_000)] * 10
    for body in bodies:
        channel.basic_publish("", queue, body)
    taken = []
    for method, _, body in channel.consume(queue, inactivity_timeout=20):
        if method is None:
            sys.exit(f"{len(taken)} of {len(bodies)} messages came")
        taken.append(body)
        channel.basic_ack(method.delivery_tag, multiple=len(taken) % 7 == 0)
        if len(taken) == len(bodies):
            break
    expect(0, channel.cancel(), "messages that the client gave back")
    expect(bodies, taken, "bodies")
    expect(0, channel.queue_declare(queue, passive=True).method.message_count, "messages left")


@case
def nack_and_requeue(connection, channel):
    queue = channel.queue_declare("", exclusive=True).method.queue
    for number in range(3):
        channel.basic_publish("", queue, b"m%d" % number)
    first = take(channel, queue, 3)
    expect([False] * 3, [method.redelivered for method, _, _ in first], "marks at first")
    channel.basic_nack(first[0][0].delivery_tag, requeue=True)
    channel.basic_reject(first[1][0].delivery_tag, requeue=False)
    channel.basic_nack(first[2][0].delivery_tag, multiple=True, requeue=True)
    again = take(channel, queue, 2)
    expect([(b"m0", True), (b"m2", True)], [(body, method.redelivered) for method, _, body in again], "again")
    channel.basic_ack(0, multiple=True)


@case
def returned(connection, channel):
    channel.confirm_delivery()
    try:
        channel.basic_publish("amq.direct", "nowhere", b"m", mandatory=True)
        sys.exit("a mandatory message without a queue did not come back")
    except UnroutableError as error:
        back = error.messages[0]
        expect((312, b"m", "nowhere"), (back.method.reply_code, back.body, back.method.routing_key), "return")


@case
def get(connection, channel):
    queue = channel.queue_declare("", exclusive=True).method.queue
    expect((None, None, None), channel.basic_get(queue), "get of an empty queue")
    channel.basic_publish("", queue, b"m")
    channel.basic_publish("", queue, b"n")
    method = None
    while method is None:
        method, _, body = channel.basic_get(queue)
    expect(b"m", body, "body")
    channel.basic_ack(method.delivery_tag)


@case
def channel_error(connection, channel):
    try:
        channel.queue_declare("pika.not-there", passive=True)
        sys.exit("a queue that is not there was found")
    except ChannelClosedByBroker as error:
        expect(404, error.reply_code, "reply code")
    connection.channel().queue_declare("", exclusive=True)


def main(url, name):
    parameters = pika.URLParameters(url)
    if url.startswith("amqps"):
        context = ssl.create_default_context(cafile=os.environ["MILLRACE_TEST_CA"])
        parameters.ssl_options = pika.SSLOptions(context, parameters.host)
    connection = pika.BlockingConnection(parameters)
    CASES[name](connection, connection.channel())
    connection.close()
    print("ok", name)


main(sys.argv[1], sys.argv[2])
