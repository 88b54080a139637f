// Loaded before the tests that amqplib ships. Some of them connect to the standard port whatever URL they are given:
// those reach the broker at BROKER_PORT instead. Nothing else changes.
'use strict';

const net = require('node:net');

const STANDARD_PORT = 5672;
const connect = net.connect;

net.connect = (options, ...rest) =>
  connect(Number(options?.port) === STANDARD_PORT
    ? { ...options, host: '127.0.0.1', port: Number(process.env.BROKER_PORT) }
    : options, ...rest);
