#!/usr/bin/env python3
"""Does the same with two brokers over AMQP 0-9-1, and prints each difference that a client sees.

    compare.py amqp://guest:guest@127.0.0.1:5672/%2F amqp://guest:guest@127.0.0.1:5673/%2F [part of a name]

Needs pika. Each operation has a connection of its own. What it sees is text: results, and errors with their code and
text. Generated names and times are made alike before the comparison. Ends with 1 if there was a difference.
"""

import re
import sys
import time

import pika
from pika.exceptions import AMQPError, ChannelClosed, ConnectionClosed

OPERATIONS = []
PATIENCE_SECONDS = 10


def operation(function):
    OPERATIONS.append((function.__name__, function))
    return function


def ordered(value):
    """A table with its keys in order, which no client relies on."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return [ordered(each) for each in value] if isinstance(value, list) else value


class Client:
    """A connection with its channel, and what was seen on it."""

    def __init__(self, url):
        self.url = url
        parameters = pika.URLParameters(url)
        parameters.socket_timeout = parameters.blocked_connection_timeout = PATIENCE_SECONDS
        self.connection = pika.BlockingConnection(parameters)
        self.ch = self.connection.channel()
        self.seen = []

    def see(self, *things):
        self.seen.append(" ".join(str(thing) for thing in things))

    def attempt(self, what, call):
        """Notes what comes of a call: its answer, or the error."""
        try:
            answer = call()
            method = getattr(answer, "method", None)
            self.see(what, method if method is not None else answer)
            return True
        except (ChannelClosed, ConnectionClosed) as error:
            self.see(what, error.reply_code, error.reply_text)
        except (AMQPError, ValueError, KeyError, TypeError) as error:
            self.see(what, type(error).__name__)
        if self.connection.is_open and not self.ch.is_open:
            self.ch = self.connection.channel()
        return False

    def queue(self, name="", **options):
        return self.ch.queue_declare(name, **{"exclusive": not name, **options}).method.queue

    def publish(self, queue, body=b"m", exchange="", **properties):
        mandatory = properties.pop("mandatory", False)
        self.ch.basic_publish(exchange, queue, body, pika.BasicProperties(**properties), mandatory)

    def get(self, queue, seconds=3.0, ack=True):
        """The next message, or None if there is none for a while."""
        end = time.monotonic() + seconds
        while True:
            method, properties, body = self.ch.basic_get(queue, auto_ack=ack)
            if method is not None or time.monotonic() > end:
                return method, properties, body
            self.connection.process_data_events(0.02)

    def show(self, queue, seconds=3.0, ack=True):
        method, properties, body = self.get(queue, seconds, ack)
        if method is None:
            self.see("nothing in the queue")
            return None
        self.see("got", body, method.exchange, method.routing_key, "redelivered", method.redelivered,
                 "left", method.message_count, ordered(properties.headers or {}),
                 "expiration", properties.expiration, "priority", properties.priority)
        return method

    def messages(self, queue):
        return self.ch.queue_declare(queue, passive=True).method.message_count

    def wait(self, seconds):
        """Takes what comes, for the whole time: the call under it alone would return at the first delivery."""
        self.connection.sleep(seconds)


def declare_argument(name, key, values, **options):
    def run(c):
        for value in values:
            ok = c.attempt(f"{key}={value!r}", lambda: c.ch.queue_declare(
                f"cmp.arg.{name}", arguments={key: value}, **options))
            if ok:
                c.attempt("again", lambda: c.ch.queue_declare(f"cmp.arg.{name}", arguments={key: value}, **options))
                c.attempt("without", lambda: c.ch.queue_declare(f"cmp.arg.{name}", **options))
            c.attempt("delete", lambda: c.ch.queue_delete(f"cmp.arg.{name}"))
    OPERATIONS.append((f"queue_argument_{name}", run))


for _name, _key, _values in [
    ("ttl", "x-message-ttl", [1000, 0, -1, "1000", 1.5, True, 2 ** 40]),
    ("expires", "x-expires", [1000, 0, -1, "1000"]),
    ("max_length", "x-max-length", [10, 0, -1, "10", True]),
    ("max_length_bytes", "x-max-length-bytes", [1000, 0, -1, "10"]),
    ("overflow", "x-overflow", ["drop-head", "reject-publish", "reject-publish-dlx", "other", 1]),
    ("dead_letter_exchange", "x-dead-letter-exchange", ["", "not.there", 1]),
    ("dead_letter_routing_key", "x-dead-letter-routing-key", ["k", 1]),
    ("max_priority", "x-max-priority", [10, 0, 255, 256, -1, "10"]),
    ("single_active", "x-single-active-consumer", [True, False, "true", 1]),
    ("queue_mode", "x-queue-mode", ["lazy", "default", "other"]),
    ("queue_type", "x-queue-type", ["classic", "other", 1]),
    ("queue_version", "x-queue-version", [1, 2, "2"]),
    ("unknown", "x-nobody-knows", ["value", 1]),
    ("without_x", "nobody-knows", ["value"]),
    ("delivery_limit", "x-delivery-limit", [3]),
    ("master_locator", "x-queue-master-locator", ["client-local", "other"]),
]:
    declare_argument(_name, _key, _values, durable=True)


def redeclare(name, first, second):
    def run(c):
        c.attempt("first", lambda: c.ch.queue_declare("cmp.redeclare", **first))
        c.attempt("second", lambda: c.ch.queue_declare("cmp.redeclare", **second))
        c.attempt("passive", lambda: c.ch.queue_declare("cmp.redeclare", passive=True))
        c.attempt("delete", lambda: c.ch.queue_delete("cmp.redeclare"))
    OPERATIONS.append((f"redeclare_{name}", run))


for _name, _first, _second in [
    ("same", {}, {}),
    ("durable", {}, {"durable": True}),
    ("auto_delete", {}, {"auto_delete": True}),
    ("exclusive", {"exclusive": True}, {}),
    ("not_exclusive", {}, {"exclusive": True}),
    ("argument_changed", {"arguments": {"x-max-length": 1}}, {"arguments": {"x-max-length": 2}}),
    ("argument_added", {}, {"arguments": {"x-max-length": 2}}),
    ("argument_of_other_width", {"arguments": {"x-max-length": 1}}, {"arguments": {"x-max-length": 2 ** 33}}),
    ("unknown_argument_changed", {"arguments": {"x-other": 1}}, {"arguments": {"x-other": 2}}),
]:
    redeclare(_name, _first, _second)


def exchange(name, *calls):
    def run(c):
        for what, method, arguments in calls:
            c.attempt(what, lambda: getattr(c.ch, method)(**arguments))
        for each in ("cmp.x", "cmp.y"):
            c.attempt("clean", lambda: c.ch.exchange_delete(each))
    OPERATIONS.append((f"exchange_{name}", run))


X = {"exchange": "cmp.x"}
for _type in ("direct", "fanout", "topic", "headers", "x-nobody", "", "x-delayed-message", "x-consistent-hash"):
    exchange(f"type_{_type or 'empty'}", ("declare", "exchange_declare", {**X, "exchange_type": _type}))
exchange("other_type", ("declare", "exchange_declare", X), ("again", "exchange_declare", {**X, "exchange_type": "fanout"}))
exchange("other_durable", ("declare", "exchange_declare", X), ("again", "exchange_declare", {**X, "durable": True}))
exchange("other_auto_delete", ("declare", "exchange_declare", X), ("again", "exchange_declare", {**X, "auto_delete": True}))
exchange("other_internal", ("declare", "exchange_declare", X), ("again", "exchange_declare", {**X, "internal": True}))
exchange("other_arguments", ("declare", "exchange_declare", X),
         ("again", "exchange_declare", {**X, "arguments": {"alternate-exchange": "a"}}))
exchange("unknown_argument", ("declare", "exchange_declare", {**X, "arguments": {"x-what": 1}}), ("again", "exchange_declare", X))
exchange("alternate_wrong", ("declare", "exchange_declare", {**X, "arguments": {"alternate-exchange": 1}}))
exchange("reserved_name", ("declare", "exchange_declare", {"exchange": "amq.mine"}))
exchange("reserved_again", ("declare", "exchange_declare", {"exchange": "amq.direct", "durable": True}))
exchange("reserved_other", ("declare", "exchange_declare", {"exchange": "amq.direct"}))
exchange("default_declare", ("declare", "exchange_declare", {"exchange": "", "durable": True}))
exchange("default_passive", ("declare", "exchange_declare", {"exchange": "", "passive": True}))
exchange("passive_missing", ("declare", "exchange_declare", {**X, "passive": True}))
exchange("delete_missing", ("delete", "exchange_delete", X))
exchange("delete_reserved", ("delete", "exchange_delete", {"exchange": "amq.direct"}))
exchange("delete_default", ("delete", "exchange_delete", {"exchange": ""}))
exchange("bind_missing", ("bind", "exchange_bind", {"destination": "cmp.x", "source": "cmp.y"}))
exchange("bind_default", ("declare", "exchange_declare", X), ("bind", "exchange_bind", {"destination": "cmp.x", "source": ""}))
exchange("unbind_missing", ("declare", "exchange_declare", X), ("unbind", "exchange_unbind", {"destination": "cmp.x", "source": "amq.direct"}))
exchange("delete_if_unused", ("declare", "exchange_declare", X), ("y", "exchange_declare", {"exchange": "cmp.y"}),
         ("bind", "exchange_bind", {"destination": "cmp.y", "source": "cmp.x"}),
         ("delete", "exchange_delete", {**X, "if_unused": True}), ("passive", "exchange_declare", {**X, "passive": True}))


@operation
def queue_reserved_name(c):
    c.attempt("declare", lambda: c.ch.queue_declare("amq.mine"))


@operation
def queue_passive_missing(c):
    c.attempt("declare", lambda: c.ch.queue_declare("cmp.missing", passive=True))


@operation
def queue_delete_missing(c):
    c.attempt("delete", lambda: c.ch.queue_delete("cmp.missing"))


@operation
def queue_purge_missing(c):
    c.attempt("purge", lambda: c.ch.queue_purge("cmp.missing"))


@operation
def queue_bind_missing_queue(c):
    c.attempt("bind", lambda: c.ch.queue_bind("cmp.missing", "amq.direct", "k"))


@operation
def queue_bind_missing_exchange(c):
    c.attempt("bind", lambda: c.ch.queue_bind(c.queue("cmp.q"), "cmp.missing", "k"))
    c.ch.queue_delete("cmp.q")


@operation
def queue_bind_default_exchange(c):
    q = c.queue("cmp.q")
    c.attempt("bind", lambda: c.ch.queue_bind(q, "", "k"))
    c.attempt("unbind", lambda: c.ch.queue_unbind("cmp.q", "", "cmp.q"))
    c.ch.queue_delete("cmp.q")


@operation
def queue_unbind_missing(c):
    q = c.queue()
    c.attempt("no binding", lambda: c.ch.queue_unbind(q, "amq.direct", "k"))
    c.attempt("no exchange", lambda: c.ch.queue_unbind(q, "cmp.missing", "k"))


@operation
def queue_delete_if_empty_and_if_unused(c):
    c.queue("cmp.q")
    c.publish("cmp.q")
    c.wait(0.2)
    c.attempt("if_empty", lambda: c.ch.queue_delete("cmp.q", if_empty=True))
    c.ch.basic_consume("cmp.q", lambda *_: None)
    c.attempt("if_unused", lambda: c.ch.queue_delete("cmp.q", if_unused=True))
    c.attempt("delete", lambda: c.ch.queue_delete("cmp.q"))


@operation
def exclusive_of_another(c):
    q = c.queue("cmp.exclusive", exclusive=True)
    other = Client(c.url)
    for what, call in [("declare", lambda: other.ch.queue_declare(q, passive=True)),
                       ("consume", lambda: other.ch.basic_consume(q, lambda *_: None)),
                       ("get", lambda: other.ch.basic_get(q)), ("purge", lambda: other.ch.queue_purge(q)),
                       ("bind", lambda: other.ch.queue_bind(q, "amq.direct", "k")),
                       ("delete", lambda: other.ch.queue_delete(q))]:
        other.attempt(what, call)
    c.seen += other.seen
    other.connection.close()


@operation
def name_too_long_and_odd(c):
    for name in ("cmp." + "x" * 251, "cmp.ü", "cmp with blank", "cmp/slash"):
        c.attempt(name[:20], lambda: c.ch.queue_declare(name, auto_delete=True))
        c.attempt("delete", lambda: c.ch.queue_delete(name))


@operation
def publish_to_missing_exchange(c):
    c.attempt("publish", lambda: (c.publish("k", exchange="cmp.missing"), c.wait(0.3), c.ch.queue_declare("", exclusive=True))[1])


@operation
def publish_to_internal_exchange(c):
    c.ch.exchange_declare("cmp.internal", internal=True, auto_delete=False)
    c.attempt("publish", lambda: (c.publish("k", exchange="cmp.internal"), c.wait(0.3), c.ch.queue_declare("", exclusive=True))[1])
    c.ch.exchange_delete("cmp.internal")


@operation
def mandatory_without_queue(c):
    c.ch.confirm_delivery()
    try:
        c.publish("nowhere", mandatory=True)
    except pika.exceptions.UnroutableError as error:
        method = error.messages[0].method
        c.see("returned", method.reply_code, method.reply_text, method.exchange, method.routing_key)


@operation
def immediate_is_refused(c):
    def publish():
        method = pika.spec.Basic.Publish(exchange="", routing_key="k", immediate=True)
        c.ch._impl._send_method(method, (pika.BasicProperties(), b"m"))
        c.wait(0.5)
        return c.ch.queue_declare("", exclusive=True).method.message_count
    c.attempt("publish", publish)


@operation
def confirms_of_many(c):
    q = c.queue()
    c.ch.confirm_delivery()
    for _ in range(20):
        c.publish(q, delivery_mode=2)
    c.see("messages", c.messages(q))


@operation
def expiration_not_a_number(c):
    q = c.queue()
    for value in ("abc", "-1", "1.5", "", "99999999999999"):
        c.attempt(value, lambda: (c.publish(q, expiration=value), c.wait(0.2), c.ch.queue_declare("", exclusive=True))[1])
        if c.ch.is_open:
            c.attempt("declared", lambda: c.messages(q))


@operation
def user_id_of_another(c):
    q = c.queue()
    c.attempt("same", lambda: (c.publish(q, user_id="guest"), c.wait(0.2), c.messages(q))[2])
    c.attempt("other", lambda: (c.publish(q, user_id="other"), c.wait(0.2), c.messages(q))[2])


def dead_letter(name, cause, arguments, **properties):
    def run(c):
        dead = c.queue("cmp.dead", exclusive=True)
        c.ch.queue_declare("cmp.source", exclusive=True, arguments={
            "x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead, **arguments})
        c.publish("cmp.source", b"one", headers={"mine": 1}, **properties)
        c.publish("cmp.source", b"two", headers={"mine": 2}, **properties)
        c.wait(0.2)
        if cause == "reject":
            c.ch.basic_reject(c.get("cmp.source", ack=False)[0].delivery_tag, requeue=False)
        elif cause == "nack":
            c.get("cmp.source", ack=False)
            c.ch.basic_nack(c.get("cmp.source", ack=False)[0].delivery_tag, multiple=True, requeue=False)
        c.show(dead)
        c.show(dead, 0.5)
        c.see("left", c.messages("cmp.source"))
    OPERATIONS.append((f"dead_letter_{name}", run))


dead_letter("rejected", "reject", {})
dead_letter("nacked", "nack", {})
dead_letter("expired", None, {"x-message-ttl": 100})
dead_letter("expiration", None, {}, expiration="100")
dead_letter("maxlen", None, {"x-max-length": 1})
dead_letter("maxlen_bytes", None, {"x-max-length-bytes": 4})
dead_letter("reject_publish_dlx", None, {"x-max-length": 1, "x-overflow": "reject-publish-dlx"})


@operation
def dead_letter_by_its_own_key_and_twice(c):
    c.ch.exchange_declare("cmp.dlx", "fanout", auto_delete=False)
    c.ch.queue_declare("cmp.second", exclusive=True)
    c.ch.queue_declare("cmp.first", exclusive=True, arguments={"x-dead-letter-exchange": "cmp.dlx"})
    c.ch.queue_bind("cmp.second", "cmp.dlx")
    c.ch.queue_bind("cmp.first", "amq.topic", "a.#")
    for _ in range(2):
        c.publish("a.b", exchange="amq.topic", headers={"CC": ["a.c"]})
        c.ch.basic_reject(c.get("cmp.first", ack=False)[0].delivery_tag, requeue=False)
    c.wait(0.3)
    c.show("cmp.second")
    method, properties, body = c.get("cmp.second")
    c.ch.basic_publish("", "cmp.first", body, properties)
    c.ch.basic_reject(c.get("cmp.first", ack=False)[0].delivery_tag, requeue=False)
    c.show("cmp.second")
    c.ch.exchange_delete("cmp.dlx")


@operation
def dead_letter_cycle(c):
    c.ch.queue_declare("cmp.cycle", exclusive=True, arguments={
        "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "cmp.cycle", "x-message-ttl": 50})
    c.publish("cmp.cycle")
    c.wait(0.6)
    c.see("left", c.messages("cmp.cycle"))


@operation
def ttl_zero_and_order(c):
    q = c.queue(arguments={"x-message-ttl": 0})
    c.publish(q)
    c.wait(0.3)
    c.see("left", c.messages(q))
    c.show(q, 0.2)


@operation
def expires_queue(c):
    q = c.queue("cmp.expires", arguments={"x-expires": 200})
    c.wait(1.0)
    c.attempt("passive", lambda: c.ch.queue_declare(q, passive=True))


@operation
def max_length_drops_the_head(c):
    q = c.queue(arguments={"x-max-length": 3})
    for number in range(5):
        c.publish(q, b"%d" % number)
    c.wait(0.3)
    for _ in range(4):
        c.show(q, 0.3)


@operation
def max_length_refuses(c):
    q = c.queue(arguments={"x-max-length": 2, "x-overflow": "reject-publish"})
    c.ch.confirm_delivery()
    for number in range(4):
        try:
            c.publish(q, b"%d" % number)
            c.see(number, "confirmed")
        except pika.exceptions.NackError:
            c.see(number, "refused")
    c.see("left", c.messages(q))


@operation
def priorities(c):
    q = c.queue(arguments={"x-max-priority": 5})
    for priority in (0, 9, 3, None, 5, 4):
        c.publish(q, str(priority).encode(), priority=priority)
    c.wait(0.3)
    for _ in range(6):
        c.show(q)


@operation
def transactions(c):
    q = c.queue()
    c.attempt("commit before select", lambda: c.ch.tx_commit())
    q = c.queue()
    c.attempt("select", lambda: c.ch.tx_select())
    c.publish(q, b"a")
    c.see("before", c.messages(q))
    c.attempt("rollback", lambda: c.ch.tx_rollback())
    c.publish(q, b"b")
    c.attempt("commit", lambda: c.ch.tx_commit())
    c.show(q, ack=False)
    c.attempt("rollback", lambda: c.ch.tx_rollback())
    c.attempt("confirm on tx", lambda: c.ch.confirm_delivery())


@operation
def tx_on_confirm(c):
    c.ch.confirm_delivery()
    c.attempt("select", lambda: c.ch.tx_select())


@operation
def tx_rollback_without_select(c):
    c.attempt("rollback", lambda: c.ch.tx_rollback())


@operation
def ack_of_an_unknown_tag(c):
    for what, call in [("ack", lambda: c.ch.basic_ack(77)), ("nack", lambda: c.ch.basic_nack(77)),
                       ("reject", lambda: c.ch.basic_reject(77)), ("ack multiple", lambda: c.ch.basic_ack(77, True)),
                       ("ack all of none", lambda: c.ch.basic_ack(0, True)), ("ack 0", lambda: c.ch.basic_ack(0))]:
        c.attempt(what, lambda: (call(), c.wait(0.2), c.ch.queue_declare("", exclusive=True).method.message_count)[2])


@operation
def ack_twice(c):
    q = c.queue()
    c.publish(q)
    tag = c.get(q, ack=False)[0].delivery_tag
    c.ch.basic_ack(tag)
    c.attempt("again", lambda: (c.ch.basic_ack(tag), c.wait(0.2), c.messages(q))[2])


@operation
def consume_missing_queue(c):
    c.attempt("consume", lambda: c.ch.basic_consume("cmp.missing", lambda *_: None))


@operation
def consume_with_a_tag_in_use(c):
    q = c.queue()
    c.attempt("first", lambda: c.ch.basic_consume(q, lambda *_: None, consumer_tag="t"))
    def again():
        method = pika.spec.Basic.Consume(queue=q, consumer_tag="t")
        c.ch._impl._send_method(method)
        c.wait(0.3)
        return c.messages(q)
    c.attempt("second", again)


@operation
def consume_exclusively(c):
    q = c.queue()
    c.attempt("first", lambda: c.ch.basic_consume(q, lambda *_: None, exclusive=True, consumer_tag="a"))
    c.attempt("second", lambda: c.ch.basic_consume(q, lambda *_: None, consumer_tag="b"))


@operation
def consume_with_odd_arguments(c):
    q = c.queue()
    for key, value in [("x-priority", 5), ("x-priority", "high"), ("x-cancel-on-ha-failover", True), ("x-what", 1)]:
        c.attempt(f"{key}={value!r}", lambda: c.ch.basic_consume(q, lambda *_: None, consumer_tag=f"{key}{value}",
                                                                 arguments={key: value}))


@operation
def cancel_notify(c):
    q = c.queue("cmp.cancel")
    seen = []
    c.ch.add_on_cancel_callback(lambda frame: seen.append(frame.method.consumer_tag))
    c.ch.basic_consume(q, lambda *_: None, consumer_tag="t")
    other = Client(c.url)
    other.ch.queue_delete(q)
    other.connection.close()
    c.wait(0.5)
    c.see("cancelled", seen)


@operation
def cancel_unknown(c):
    c.attempt("cancel", lambda: c.ch._impl.basic_cancel("nobody") and None)
    def cancel():
        c.ch._impl._send_method(pika.spec.Basic.Cancel(consumer_tag="nobody"))
        c.wait(0.2)
        return c.ch.queue_declare("", exclusive=True).method.message_count
    c.attempt("raw", cancel)


@operation
def recover(c):
    q = c.queue()
    c.publish(q)
    c.show(q, ack=False)
    c.attempt("requeue", lambda: c.ch.basic_recover(requeue=True))
    c.show(q, ack=False)
    c.attempt("without requeue", lambda: c.ch.basic_recover(requeue=False))


@operation
def prefetch(c):
    q = c.queue()
    for size, count, glob in [(0, 1, False), (0, 1, True), (0, 0, False), (10, 1, False)]:
        c.attempt(f"qos {size} {count} {glob}", lambda: c.ch.basic_qos(size, count, glob))


@operation
def requeue_keeps_its_place(c):
    q = c.queue()
    for number in range(3):
        c.publish(q, b"%d" % number)
    method = c.show(q, ack=False)
    c.ch.basic_reject(method.delivery_tag, requeue=True)
    for _ in range(3):
        c.show(q)


@operation
def single_active_consumer(c):
    q = c.queue(arguments={"x-single-active-consumer": True})
    met = []
    for tag in ("a", "b"):
        c.ch.basic_consume(q, lambda ch, method, properties, body: met.append(method.consumer_tag), True, consumer_tag=tag)
    for _ in range(4):
        c.publish(q)
    c.wait(0.4)
    c.ch.basic_cancel("a")
    c.publish(q)
    c.wait(0.4)
    c.see(met)
    c.attempt("exclusive", lambda: c.ch.basic_consume(q, lambda *_: None, exclusive=True, consumer_tag="c"))


@operation
def copies(c):
    for name in ("cmp.cc", "cmp.bcc"):
        c.queue(name, exclusive=True)
    q = c.queue()
    c.publish(q, headers={"CC": ["cmp.cc"], "BCC": ["cmp.bcc"]})
    for name in (q, "cmp.cc", "cmp.bcc"):
        c.show(name)
    c.attempt("odd CC", lambda: (c.publish(q, headers={"CC": "text"}), c.wait(0.3), c.messages(q))[2])


@operation
def alternate_exchange(c):
    c.ch.exchange_declare("cmp.other", "fanout", auto_delete=True)
    c.ch.exchange_declare("cmp.first", "direct", auto_delete=True, arguments={"alternate-exchange": "cmp.other"})
    q = c.queue()
    c.ch.queue_bind(q, "cmp.other")
    c.publish("nowhere", exchange="cmp.first")
    c.show(q)
    c.ch.exchange_delete("cmp.first")
    c.ch.exchange_delete("cmp.other")


@operation
def headers_exchange(c):
    q = c.queue()
    c.ch.queue_bind(q, "amq.headers", arguments={"x-match": "any", "a": 1, "b": "2"})
    for headers in ({"a": 1}, {"a": "1"}, {"b": "2", "c": 3}, {}):
        c.publish("", exchange="amq.headers", headers=headers)
    c.wait(0.3)
    c.see("any", c.messages(q))
    for match in ("all", "any", "all-with-x", "any-with-x", "some", 1):
        c.attempt(f"x-match={match!r}", lambda: c.ch.queue_bind(c.queue(), "amq.headers", arguments={"x-match": match}))


@operation
def topic_exchange(c):
    for pattern in ("#", "*", "a.#", "*.b", "a.*.c", "#.c", "", "a..c"):
        q = c.queue()
        c.ch.queue_bind(q, "amq.topic", pattern)
        for key in ("", "a", "a.b", "a.b.c", "b.c", "a..c", "."):
            c.publish(key, key.encode(), "amq.topic")
        c.wait(0.2)
        c.see(pattern, [c.get(q, 0.1)[2] for _ in range(c.messages(q))])


@operation
def direct_reply_to(c):
    c.attempt("passive", lambda: c.ch.queue_declare("amq.rabbitmq.reply-to", passive=True))
    c.attempt("with acks", lambda: c.ch.basic_consume("amq.rabbitmq.reply-to", lambda *_: None, False))
    answers = []
    c.attempt("consume", lambda: c.ch.basic_consume("amq.rabbitmq.reply-to", lambda *got: answers.append(got[3]), True,
                                                    consumer_tag="r"))
    q = c.queue()
    c.publish(q, reply_to="amq.rabbitmq.reply-to")
    method, properties, body = c.get(q)
    c.see(properties.reply_to.split(".")[:3])
    c.publish(properties.reply_to, b"answer")
    c.wait(0.4)
    c.see(answers)
    fresh = c.connection.channel()
    fresh.basic_publish("", q, b"m", pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
    c.wait(0.3)
    c.ch = c.connection.channel() if fresh.is_open else fresh
    c.see("without a consumer, open:", fresh.is_open)


@operation
def channel_flow(c):
    c.attempt("off", lambda: c.ch.flow(False))


@operation
def server_properties(c):
    properties = c.connection._impl.server_properties
    c.see(sorted(properties["capabilities"].items()))
    c.see(sorted(properties))


@operation
def limits_offered(c):
    parameters = c.connection._impl.params
    c.see(parameters.channel_max, parameters.frame_max, parameters.heartbeat)


@operation
def unknown_virtual_host(c):
    try:
        pika.BlockingConnection(pika.URLParameters(c.url.rsplit("/", 1)[0] + "/not-there"))
        c.see("opened")
    except AMQPError as error:
        c.see(type(error).__name__, getattr(error, "reply_code", ""), getattr(error, "reply_text", ""))


@operation
def wrong_password(c):
    try:
        pika.BlockingConnection(pika.URLParameters(c.url.replace("guest:guest", "guest:wrong")))
        c.see("opened")
    except AMQPError as error:
        c.see(type(error).__name__, *error.args)


@operation
def properties_come_back(c):
    q = c.queue()
    properties = dict(content_type="text/plain", content_encoding="utf-8", delivery_mode=2, priority=7, correlation_id="c",
                      reply_to="r", message_id="i", timestamp=1234567890, type="t", app_id="a", cluster_id="x",
                      headers={"int": 1, "long": 2 ** 40, "bool": True, "none": None, "float": 1.5, "text": "ü",
                               "bytes": b"\x00\xff", "list": [1, "2", {"k": [True]}], "table": {"a": {"b": "c"}}})
    c.publish(q, b"\x00" * 200_000, **properties)
    method, got, body = c.get(q)
    c.see(got, len(body))


@operation
def priorities_and_what_was_given_back(c):
    q = c.queue(arguments={"x-max-priority": 3})
    for body, priority in ((b"low", 0), (b"high", 3), (b"middle", 2)):
        c.publish(q, body, priority=priority)
    c.wait(0.3)
    tags = [c.show(q, ack=False).delivery_tag for _ in range(3)]
    c.ch.basic_nack(tags[-1], multiple=True, requeue=True)
    c.wait(0.3)
    for _ in range(3):
        c.show(q)


@operation
def priorities_and_the_longest_queue(c):
    q = c.queue(arguments={"x-max-priority": 3, "x-max-length": 2})
    for body, priority in ((b"high", 3), (b"low", 0), (b"low again", 0), (b"middle", 2)):
        c.publish(q, body, priority=priority)
    c.wait(0.3)
    for _ in range(3):
        c.show(q, 0.3)


@operation
def single_active_consumer_fails_over(c):
    """The active one goes with its connection and leaves what it did not acknowledge."""
    q = c.queue("cmp.sac", exclusive=False, arguments={"x-single-active-consumer": True})
    first, second = Client(c.url), Client(c.url)
    met = []
    for name, client in (("first", first), ("second", second)):
        client.ch.basic_qos(prefetch_count=10)
        client.ch.basic_consume(q, lambda ch, method, properties, body, name=name: met.append(
            (name, body, method.redelivered)))
    for number in range(3):
        c.publish(q, b"%d" % number)
    first.wait(0.4)
    second.wait(0.2)
    c.see("with both", met)
    met.clear()
    first.connection.close()
    second.wait(0.4)
    c.see("with the second", met)
    second.connection.close()
    c.wait(0.2)
    c.see("left", c.messages(q))
    c.ch.queue_delete(q)


@operation
def single_active_consumer_and_priorities_of_consumers(c):
    q = c.queue(arguments={"x-single-active-consumer": True})
    met = []
    for tag, priority in (("low", 1), ("high", 9)):
        c.attempt(tag, lambda: c.ch.basic_consume(q, lambda ch, method, properties, body: met.append(method.consumer_tag), True,
                                                  consumer_tag=tag, arguments={"x-priority": priority}))
    c.publish(q)
    c.wait(0.4)
    c.see(met)


@operation
def single_active_consumer_redeclared(c):
    q = c.queue("cmp.sac", exclusive=True, arguments={"x-single-active-consumer": True})
    c.attempt("without", lambda: c.ch.queue_declare(q, exclusive=True))
    c.ch.queue_delete(q)


@operation
def priorities_of_consumers(c):
    q = c.queue()
    met = []
    channels = {}
    for name, priority in (("low", -1), ("none", None), ("high", 5)):
        channel = channels[name] = c.connection.channel()
        channel.basic_qos(prefetch_count=2)
        channel.basic_consume(q, lambda ch, method, properties, body, name=name: met.append((name, body)),
                              arguments={} if priority is None else {"x-priority": priority})
    for number in range(7):
        c.publish(q, b"%d" % number)
        c.wait(0.1)
    c.see(met, "left", c.messages(q))
    met.clear()
    channels["high"].close()
    c.wait(0.3)
    c.see("without the highest", met)


@operation
def transaction_with_a_missing_exchange(c):
    q = c.queue()
    c.ch.tx_select()
    c.publish(q, b"before")
    c.attempt("publish and commit", lambda: (c.publish("k", exchange="cmp.missing"), c.ch.tx_commit())[1])
    c.wait(0.2)
    c.see("left", c.messages(q))


@operation
def transaction_that_ends_with_its_channel(c):
    q = c.queue()
    c.publish(q, b"held")
    c.ch.tx_select()
    tag = c.show(q, ack=False).delivery_tag
    c.publish(q, b"never")
    c.ch.basic_ack(tag)
    c.ch.close()
    c.ch = c.connection.channel()
    c.wait(0.2)
    c.see("left", c.messages(q))
    c.show(q)


@operation
def transaction_with_acks_of_unknown_tags(c):
    q = c.queue()
    c.ch.tx_select()
    c.publish(q)
    c.attempt("ack", lambda: (c.ch.basic_ack(77), c.ch.tx_commit())[1])
    c.wait(0.2)
    c.see("left", c.messages(q))
    c.ch.tx_select()
    c.publish(q)
    c.ch.tx_commit()
    tag = c.get(q, ack=False)[0].delivery_tag
    c.ch.basic_ack(tag)
    c.attempt("ack twice", lambda: (c.ch.basic_ack(tag), c.ch.tx_commit())[1])


@operation
def transaction_whose_queue_goes(c):
    q = c.queue("cmp.goes", exclusive=True)
    c.ch.tx_select()
    c.publish(q)
    other = c.connection.channel()
    other.queue_delete(q)
    c.attempt("commit", lambda: c.ch.tx_commit())


@operation
def transaction_with_mandatory_messages(c):
    returned = []
    c.ch.add_on_return_callback(lambda ch, method, properties, body: returned.append((method.reply_code, body)))
    c.ch.tx_select()
    c.publish("cmp.nowhere", b"lost", mandatory=True)
    c.wait(0.2)
    c.see("before", returned)
    c.attempt("commit", lambda: c.ch.tx_commit())
    c.wait(0.2)
    c.see("after", returned)


@operation
def transaction_refused_by_a_full_queue(c):
    q = c.queue(arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    c.ch.tx_select()
    for body in (b"1", b"2"):
        c.publish(q, body)
    c.attempt("commit", lambda: c.ch.tx_commit())
    c.see("left", c.messages(q))


@operation
def transaction_selected_twice(c):
    for _ in range(2):
        c.attempt("select", lambda: c.ch.tx_select())
    for _ in range(2):
        c.attempt("commit of nothing", lambda: c.ch.tx_commit())


REPLIES = "amq.rabbitmq.reply-to"


def refused_reply(name, call):
    def run(c):
        c.attempt("call", lambda: call(c))
        c.attempt("after", lambda: c.queue() and None)
    OPERATIONS.append((f"direct_reply_to_{name}", run))


refused_reply("declared", lambda c: c.ch.queue_declare(REPLIES))
refused_reply("deleted", lambda c: c.ch.queue_delete(REPLIES))
refused_reply("purged", lambda c: c.ch.queue_purge(REPLIES))
refused_reply("bound", lambda c: c.ch.queue_bind(REPLIES, "amq.direct", "k"))
refused_reply("asked_for_a_message", lambda c: c.ch.basic_get(REPLIES, True)[0])
refused_reply("published_to", lambda c: (c.publish(REPLIES, b"m"), c.wait(0.2), c.messages(c.queue()))[2])
refused_reply("published_to_nobody", lambda c: (
    c.publish(REPLIES + ".g2dkAAhyZXBseUBh", b"m"), c.wait(0.2), c.messages(c.queue()))[2])
refused_reply("passive_of_nobody", lambda c: c.ch.queue_declare(REPLIES + ".nobody", passive=True))


@operation
def direct_reply_to_consumed_twice(c):
    c.ch.basic_consume(REPLIES, lambda *_: None, True, consumer_tag="a")

    def again():
        c.ch._impl._send_method(pika.spec.Basic.Consume(queue=REPLIES, consumer_tag="b", no_ack=True))
        c.wait(0.3)
        return c.messages(c.queue())
    c.attempt("again", again)


@operation
def direct_reply_to_one_that_is_gone(c):
    q = c.queue()
    asking = c.connection.channel()
    asking.basic_consume(REPLIES, lambda *_: None, True)
    asking.basic_publish("", q, b"m", pika.BasicProperties(reply_to=REPLIES))
    address = c.get(q)[1].reply_to
    c.attempt("passive", lambda: (c.ch.queue_declare(address, passive=True), None)[1])
    asking.close()
    c.attempt("passive, gone", lambda: (c.ch.queue_declare(address, passive=True), None)[1])
    returned = []
    c.ch.add_on_return_callback(lambda ch, method, properties, body: returned.append(method.reply_code))
    c.publish(address, b"late", mandatory=True)
    c.wait(0.3)
    c.see("returned", returned)


@operation
def direct_reply_to_without_consumer(c):
    """The publish ends the channel."""
    q = c.queue()
    c.attempt("publish", lambda: (c.publish(q, reply_to=REPLIES), c.wait(0.3), c.messages(q))[2])
    c.see("left", c.messages(q))


P = {**X, "exchange_type": "x-consistent-hash"}
exchange("hash_header_and_property", ("declare", "exchange_declare", {
    **P, "arguments": {"hash-header": "h", "hash-property": "message_id"}}))
exchange("hash_header", ("declare", "exchange_declare", {**P, "arguments": {"hash-header": "h"}}),
         ("other header", "exchange_declare", {**P, "arguments": {"hash-header": "i"}}),
         ("without", "exchange_declare", P))
exchange("hash_property_unknown", ("declare", "exchange_declare", {**P, "arguments": {"hash-property": "type"}}))
exchange("hash_property", ("declare", "exchange_declare", {**P, "arguments": {"hash-property": "correlation_id"}}))
exchange("type_x-random", ("declare", "exchange_declare", {**X, "exchange_type": "x-random"}))
exchange("type_x-modulus-hash", ("declare", "exchange_declare", {**X, "exchange_type": "x-modulus-hash"}))
exchange("recent_history", ("declare", "exchange_declare", {**X, "exchange_type": "x-recent-history"}))
for _value in (0, -1, "3", 1.5, 3):
    exchange(f"recent_history_length_{_value!r}", ("declare", "exchange_declare", {
        **X, "exchange_type": "x-recent-history", "arguments": {"x-recent-history-length": _value}}))


@operation
def consistent_hash_weights(c):
    c.ch.exchange_declare("cmp.hash", "x-consistent-hash")
    for weight in ("1", "20", "0", "-1", "text", "1.5", ""):
        c.attempt(f"weight {weight!r}", lambda: c.ch.queue_bind(c.queue(), "cmp.hash", weight))
    c.ch.exchange_delete("cmp.hash")


@operation
def consistent_hash_gives_each_message_to_one_queue(c):
    c.ch.exchange_declare("cmp.hash", "x-consistent-hash")
    queues = [c.queue() for _ in range(3)]
    for q in queues:
        c.ch.queue_bind(q, "cmp.hash", "1")
    for number in range(60):
        c.publish(str(number), exchange="cmp.hash")
        c.publish("same", exchange="cmp.hash")
    c.wait(0.4)
    counts = sorted(c.messages(q) for q in queues)
    c.see("all", sum(counts), "the most has its key's and others:", counts[-1] > 60, "the others some:", counts[0] > 0)
    c.ch.exchange_delete("cmp.hash")


@operation
def recent_history_is_given_to_new_queues(c):
    c.ch.exchange_declare("cmp.recent", "x-recent-history", arguments={"x-recent-history-length": 2})
    for body, headers in ((b"1", {}), (b"2", {}), (b"no", {"x-recent-history-no-store": True}), (b"3", {})):
        c.publish("k", body, exchange="cmp.recent", headers=headers)
    c.wait(0.2)
    q = c.queue()
    c.ch.queue_bind(q, "cmp.recent", "other")
    c.wait(0.3)
    c.publish("k", b"4", exchange="cmp.recent")
    for _ in range(4):
        c.show(q, 0.4)
    c.attempt("bind an exchange", lambda: c.ch.exchange_bind("amq.fanout", "cmp.recent"))
    c.attempt("delete", lambda: c.ch.exchange_delete("cmp.recent"))


@operation
def random_exchange_gives_each_message_to_one_queue(c):
    c.ch.exchange_declare("cmp.random", "x-random")
    queues = [c.queue() for _ in range(2)]
    for q in queues:
        c.ch.queue_bind(q, "cmp.random", "k")
    for _ in range(60):
        c.publish("anything", exchange="cmp.random")
    c.wait(0.4)
    counts = [c.messages(q) for q in queues]
    c.see("all", sum(counts), "each some:", min(counts) > 0)
    c.ch.exchange_delete("cmp.random")


for _key in ("hash-header", "hash-property"):
    exchange(f"{_key}_of_another_type", ("declare", "exchange_declare", {**P, "arguments": {_key: 1}}))
declare_argument("master_locator_of_another_type", "x-queue-master-locator", [1], durable=True)
declare_argument("type_stream", "x-queue-type", ["stream", "quorum"], durable=True)
for _key, _value in [("x-max-priority", 5), ("x-queue-mode", "lazy"), ("x-message-ttl", 1000), ("x-overflow", "reject-publish-dlx")]:
    def quorum(c, key=_key, value=_value):
        c.attempt("declare", lambda: c.ch.queue_declare("cmp.quorum", durable=True, arguments={
            "x-queue-type": "quorum", key: value}))
        c.attempt("delete", lambda: c.ch.queue_delete("cmp.quorum"))
    OPERATIONS.append((f"quorum_{_key}", quorum))


@operation
def quorum_queue_not_durable_exclusive_or_unnamed(c):
    for name, options in [("cmp.quorum", {}), ("cmp.quorum", {"durable": True, "exclusive": True}), ("", {"durable": True}),
                          ("cmp.quorum", {"durable": True, "auto_delete": True})]:
        c.attempt(f"{name} {options}", lambda: c.ch.queue_declare(name, arguments={"x-queue-type": "quorum"}, **options))
        c.attempt("delete", lambda: c.ch.queue_delete("cmp.quorum"))


@operation
def names_with_control_characters(c):
    c.attempt("queue", lambda: c.ch.queue_declare("cmp.\t", exclusive=True))
    c.attempt("exchange", lambda: c.ch.exchange_declare("cmp.\n", auto_delete=True))
    c.attempt("clean", lambda: c.ch.exchange_delete("cmp.\n"))


@operation
def alternate_is_the_default_exchange(c):
    c.ch.exchange_declare("cmp.first", "direct", arguments={"alternate-exchange": ""})
    q = c.queue()
    c.publish(q, exchange="cmp.first")
    c.show(q, 0.5)
    c.ch.exchange_delete("cmp.first")


@operation
def one_of_several_queues_refuses(c):
    full = c.queue(arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    free = c.queue()
    for q in (full, free):
        c.ch.queue_bind(q, "amq.fanout")
    c.ch.confirm_delivery()
    for number in range(2):
        try:
            c.publish("k", exchange="amq.fanout")
            c.see(number, "confirmed")
        except pika.exceptions.NackError:
            c.see(number, "refused")
    c.see("full", c.messages(full), "free", c.messages(free))


def given_back(queue_type):
    def run(c):
        q = c.queue("cmp.back", exclusive=False, durable=True, arguments={"x-queue-type": queue_type})
        for number in range(5):
            c.publish(q, b"%d" % number)
        c.wait(0.3)
        tags = [c.get(q, ack=False)[0].delivery_tag for _ in range(3)]
        for tag in (tags[1], tags[2], tags[0]):
            c.ch.basic_reject(tag, requeue=True)
            c.wait(0.1)
        c.wait(0.2)
        c.see([c.get(q)[2] for _ in range(5)])
        c.publish(q, b"often")
        times = 0
        while times < 25:
            method = c.get(q, 0.5, ack=False)[0]
            if method is None:
                break
            times += 1
            c.ch.basic_reject(method.delivery_tag, requeue=True)
        c.see("came", times, "times")
        c.ch.queue_delete(q)
    OPERATIONS.append((f"given_back_{queue_type}", run))


given_back("classic")
given_back("quorum")


@operation
def random_exchange_counts_bindings_of_one_queue(c):
    c.ch.exchange_declare("cmp.random", "x-random")
    often, once = c.queue(), c.queue()
    for number in range(9):
        c.ch.queue_bind(often, "cmp.random", str(number))
    c.ch.queue_bind(once, "cmp.random", "k")
    for _ in range(300):
        c.publish("anything", exchange="cmp.random")
    c.wait(0.4)
    c.see("one has most:", c.messages(often) > 220)
    c.ch.exchange_delete("cmp.random")


@operation
def delivery_mode_that_there_is_not(c):
    q = c.queue()
    for mode in (0, 3):
        c.attempt(mode, lambda: (c.publish(q, delivery_mode=mode), c.messages(q))[1])


@operation
def dead_letter_to_a_full_queue_that_refuses(c):
    dead = c.queue(arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    c.publish(dead, b"full")
    q = c.queue(arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead})
    c.publish(q, b"dead", expiration="0050")
    c.wait(0.5)
    c.see("left", c.messages(dead), c.messages(q))


@operation
def dead_letter_expiration_with_zeros_in_front(c):
    dead = c.queue("cmp.dead", exclusive=True)
    q = c.queue("cmp.source", exclusive=True,
                arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead})
    c.publish(q, b"dead", expiration="0050")
    c.show(dead)


def normalized(line):
    line = re.sub(r"amq\.(gen|ctag)-[A-Za-z0-9_-]+", r"amq.\1-*", line)
    line = re.sub(r"amq\.rabbitmq\.reply-to\.g?[A-Za-z0-9+/=_-]+(\.[A-Za-z0-9+/=_-]+)?", "amq.rabbitmq.reply-to.*", line)
    line = re.sub(r"datetime\.datetime\([^)]*\)", "TIME", line)
    return re.sub(r"ctag\d+\.[0-9a-f]+", "ctag*", line)


def run(url, function):
    client = Client(url)
    try:
        function(client)
    except (ChannelClosed, ConnectionClosed) as error:
        client.see("ended by", error.reply_code, error.reply_text)
    except Exception as error:
        client.see("ended by", type(error).__name__, error)
    try:
        client.connection.close()
    except Exception:
        pass
    return [normalized(line) for line in client.seen]


def main(first, second, part=""):
    differences = 0
    chosen = [(name, function) for name, function in OPERATIONS if part in name]
    for name, function in chosen:
        left, right = run(first, function), run(second, function)
        if left != right:
            differences += 1
            print(f"== {name}")
            for number in range(max(len(left), len(right))):
                a = left[number] if number < len(left) else "(nothing)"
                b = right[number] if number < len(right) else "(nothing)"
                if a != b:
                    print(f"  first:  {a}\n  second: {b}")
    print(f"{len(chosen)} operations, {differences} with differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
