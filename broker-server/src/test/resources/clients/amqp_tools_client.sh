#!/bin/sh
# What amqp-tools do with a broker: amqp_tools_client.sh <amqp url> <case>; ends with 0 if all is right.
set -eu

url=$1
queue="tools.$2"
tls=${MILLRACE_TEST_CA:+--ssl --cacert=$MILLRACE_TEST_CA}

fail() {
    echo "$*" >&2
    exit 1
}

expect() {
    [ "$1" = "$2" ] || fail "$3: expected '$1', met '$2'"
}

declare_queue() {
    expect "$queue" "$(amqp-declare-queue --url="$url" $tls --queue="$queue" --durable)" "name of the declared queue"
}

publish() {
    amqp-publish --url="$url" $tls --routing-key="$queue" --persistent --body="$1"
}

case $2 in
publish_and_get)
    declare_queue
    publish one
    publish two
    expect one "$(amqp-get --url="$url" $tls --queue="$queue")" "first"
    expect two "$(amqp-get --url="$url" $tls --queue="$queue")" "second"
    amqp-get --url="$url" $tls --queue="$queue" && fail "an empty queue gave a message"
    ;;
consume)
    declare_queue
    for number in 1 2 3 4 5; do
        publish "m$number"
    done
    expect "m1m2m3m4m5" "$(amqp-consume --url="$url" $tls --queue="$queue" --count=5 --prefetch-count=2 cat)" "consumed"
    ;;
requeue)
    declare_queue
    publish again
    # A command that fails gives its message back.
    amqp-consume --url="$url" $tls --queue="$queue" --count=1 false >/dev/null 2>&1 || true
    expect again "$(amqp-get --url="$url" $tls --queue="$queue")" "given back"
    ;;
delete)
    declare_queue
    publish one
    publish two
    expect 2 "$(amqp-delete-queue --url="$url" $tls --queue="$queue")" "messages in the deleted queue"
    amqp-get --url="$url" $tls --queue="$queue" 2>/dev/null && fail "a deleted queue is there"
    echo "ok $2"
    exit 0
    ;;
*)
    fail "no case $2"
    ;;
esac
amqp-delete-queue --url="$url" $tls --queue="$queue" >/dev/null
echo "ok $2"
