// What amqplib does with a broker: amqplib_client.js <amqp url> <case>; ends with 0 if all is right.
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const amqplib = require('amqplib');

/** The next messages of a queue, through a consumer that is cancelled after them. */
async function take(channel, queue, count, options = {}) {
  const taken = [];
  await new Promise((resolve, reject) => {
    channel.consume(queue, (message) => {
      taken.push(message);
      if (taken.length === count) {
        channel.cancel(message.fields.consumerTag).then(resolve, reject);
      }
    }, options).catch(reject);
  });
  return taken;
}

const cases = {
  async publish_with_confirms(connection) {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('node.confirms', { durable: true });
    let confirmed = 0;
    for (let i = 0; i < 500; i++) {
      channel.sendToQueue('node.confirms', Buffer.from(`m${i}`),
        { persistent: true, messageId: `id${i}`, headers: { k: 'v', n: 7, t: { a: [1, true] } } },
        (error) => { assert.ifError(error); confirmed++; });
    }
    await channel.waitForConfirms();
    assert.strictEqual(confirmed, 500);
    assert.strictEqual((await channel.checkQueue('node.confirms')).messageCount, 500);
    const first = await channel.get('node.confirms', { noAck: true });
    assert.strictEqual(first.content.toString(), 'm0');
    assert.strictEqual(first.properties.messageId, 'id0');
    assert.deepStrictEqual({ ...first.properties.headers }, { k: 'v', n: 7, t: { a: [1, true] } });
    assert.strictEqual((await channel.deleteQueue('node.confirms')).messageCount, 499);
  },

  async consume_and_ack(connection) {
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.prefetch(5);
    const bodies = [];
    for (let i = 0; i < 50; i++) {
      bodies.push(crypto.randomBytes([0, 1, 1000, 200000, 3000000][i % 5]));
    }
    const got = [];
    const done = new Promise((resolve) => {
      channel.consume(queue, (message) => {
        got.push(message.content);
        channel.ack(message, got.length % 4 === 0);
        if (got.length === bodies.length) {
          resolve();
        }
      });
    });
    bodies.forEach((body) => channel.sendToQueue(queue, body));
    await done;
    got.forEach((body, i) => assert.ok(body.equals(bodies[i]), `body ${i}`));
    assert.strictEqual((await channel.checkQueue(queue)).messageCount, 0);
  },

  async nack_and_requeue(connection) {
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    ['m0', 'm1', 'm2'].forEach((body) => channel.sendToQueue(queue, Buffer.from(body)));
    const first = await take(channel, queue, 3);
    assert.deepStrictEqual(first.map((m) => m.fields.redelivered), [false, false, false]);
    channel.nack(first[0], false, true);
    channel.reject(first[1], false);
    channel.nack(first[2], true, true);
    const again = await take(channel, queue, 2);
    assert.deepStrictEqual(again.map((m) => [m.content.toString(), m.fields.redelivered]),
      [['m0', true], ['m2', true]]);
    channel.ackAll();
  },

  async returned(connection) {
    const channel = await connection.createConfirmChannel();
    const events = [];
    channel.on('return', (message) =>
      events.push(`returned ${message.fields.replyCode} ${message.fields.routingKey} ${message.content}`));
    channel.publish('amq.direct', 'nowhere', Buffer.from('m'), { mandatory: true }, () => events.push('confirmed'));
    await channel.waitForConfirms();
    assert.deepStrictEqual(events, ['returned 312 nowhere m', 'confirmed']);
  },

  async get(connection) {
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    assert.strictEqual(await channel.get(queue), false);
    channel.sendToQueue(queue, Buffer.from('m'));
    channel.sendToQueue(queue, Buffer.from('n'));
    await channel.waitForConfirms();
    const message = await channel.get(queue);
    assert.strictEqual(message.content.toString(), 'm');
    assert.strictEqual(message.fields.messageCount, 1);
    channel.ack(message);
  },

  async channel_error(connection) {
    const channel = await connection.createChannel();
    const closed = new Promise((resolve) => channel.on('error', (error) => resolve(error.code)));
    await assert.rejects(channel.checkQueue('node.not-there'));
    assert.strictEqual(await closed, 404);
    await (await connection.createChannel()).assertQueue('', { exclusive: true });
  },

  async bind_and_route(connection) {
    const channel = await connection.createConfirmChannel();
    await channel.assertExchange('node.topic', 'topic', { durable: false, autoDelete: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'node.topic', 'a.*.c');
    channel.publish('node.topic', 'a.b.c', Buffer.from('yes'));
    channel.publish('node.topic', 'a.b', Buffer.from('no'));
    await channel.waitForConfirms();
    assert.strictEqual((await channel.purgeQueue(queue)).messageCount, 1);
  },
};

async function main(url, name) {
  const ca = process.env.MILLRACE_TEST_CA;
  const connection = await amqplib.connect(url, ca ? { ca: [fs.readFileSync(ca)] } : {});
  await cases[name](connection);
  await connection.close();
  console.log('ok', name);
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
