// SPDX-License-Identifier: GPL-3.0-or-later
// What an observer does to channels on purpose, as real clients see it.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { endOf, outcome, run, sdk, test, until, within } from './harness.mjs'

const { createChannel } = sdk
const sha256 = chunks => chunks.reduce((hash, chunk) => hash.update(chunk), createHash('sha256')).digest('hex')

/** An observer: a worker with a watch, and the point's verbs as functions of a channel. */
async function observe (stage, engine, name) {
  const iii = stage.worker(name, { url: engine.url })
  const point = await until('a point', async () => {
    const { functions } = await iii.trigger({ function_id: 'engine::functions::list', payload: { include_internal: true } })
    const ids = functions.map(f => f.function_id).filter(id => /^weir::[a-z0-9-]+::[a-z]+$/.test(id))
    return ids.length >= 8 && Object.fromEntries(ids.map(id => [id.split('::').at(-1), id]))
  })
  const feed = await createChannel(iii)
  const infos = {}
  feed.reader.onMessage(text => {
    const message = JSON.parse(text)
    const told = message.channels ?? [message.channel ?? message]
    for (const info of told) if (info.channel_id) infos[info.channel_id] = info
  })
  feed.reader.readAll().catch(() => {}) // it is only listened to
  const call = (verb, payload) => iii.trigger({ function_id: point[verb], payload })
  const { watch_id } = await call('watch', { writer: feed.writerRef, interval_ms: 50 })
  return {
    infos,
    stop: () => call('stop', { watch_id }),
    inject: (channel_id, message) => call('inject', { channel_id, ...message }),
    shape: (channel_id, shape) => call('shape', { channel_id, watch_id, ...shape }),
    close: (channel_id, side) => call('close', { channel_id, side }),
  }
}

test('an injected message arrives at the reader, between those of the writer', async stage => {
  const engine = await stage.permissiveEngine()
  const observer = await observe(stage, engine, 'observer')
  const channel = await createChannel(stage.worker('working', { url: engine.url }))
  const id = channel.readerRef.channel_id
  const texts = []
  const chunks = []
  channel.reader.onMessage(text => texts.push(text))
  channel.reader.stream.on('data', chunk => chunks.push(chunk))
  const ended = once(channel.reader.stream, 'end')

  channel.writer.sendMessage('before')
  await until('the first text', () => texts.length === 1)
  assert.equal((await observer.inject(id, { kind: 'text', data: 'injected' })).seq, 2)
  assert.equal((await observer.inject(id, { kind: 'binary', data_base64: 'AQID' })).seq, 3)
  await until('both injected', () => texts.length === 2 && chunks.length === 1)
  channel.writer.sendMessage('after')
  await until('the last text', () => texts.length === 3)
  assert.deepEqual(texts, ['before', 'injected', 'after'])
  assert.deepEqual(Buffer.concat(chunks), Buffer.from([1, 2, 3]))

  channel.writer.stream.end()
  await within(10_000, 'the end', ended)
  await until('the end is told', () => observer.infos[id]?.state === 'closed')
  const { totals } = observer.infos[id]
  assert.equal(totals.written_messages, 2)
  assert.equal(totals.injected_messages, 2)
  assert.equal(totals.sent_messages, 4)
})

test('a hold pushes back to the writer, and lets go without loss', async stage => {
  const engine = await stage.permissiveEngine()
  const observer = await observe(stage, engine, 'observer')
  const channel = await createChannel(stage.worker('working', { url: engine.url }))
  const id = channel.readerRef.channel_id
  const received = []
  channel.reader.stream.on('data', chunk => received.push(chunk))
  const ended = once(channel.reader.stream, 'end')
  const sent = []
  let taken = 0
  const write = chunk => channel.writer.stream.write(chunk, () => taken++)

  write(Buffer.from('first'))
  sent.push(Buffer.from('first'))
  await until('the first chunk', () => received.length > 0)
  await observer.shape(id, { pause: true })
  for (let i = 0; i < 400; i++) {
    sent.push(randomBytes(65_536))
    write(sent.at(-1))
  }
  await until('the writer is held',
    () => observer.infos[id]?.state === 'held' && observer.infos[id].paused_since_ms, 20_000)
  assert.equal(observer.infos[id]?.shapes[0].worker_name, 'observer')
  assert.equal(Buffer.concat(received).length, 5, 'nothing goes on')
  assert.ok(taken < sent.length, 'the client has felt it')

  await observer.inject(id, { kind: 'text', data: 'is no part of the bytes' })
  await observer.shape(id, {})
  channel.writer.stream.end()
  await within(20_000, 'the end', ended)
  assert.equal(sha256(received), sha256(sent))
})

test('two observers: the channel goes on when neither holds it', async stage => {
  const engine = await stage.permissiveEngine()
  const one = await observe(stage, engine, 'one')
  const two = await observe(stage, engine, 'two')
  const channel = await createChannel(stage.worker('working', { url: engine.url }))
  const id = channel.readerRef.channel_id
  const received = []
  channel.reader.stream.on('data', chunk => received.push(chunk))
  channel.writer.stream.write(Buffer.from('a'))
  await until('the first chunk', () => received.length === 1)

  await one.shape(id, { pause: true })
  await two.shape(id, { pause: true })
  await until('both are told to both', () => [one, two].every(observer => observer.infos[id]?.shapes?.length === 2))
  channel.writer.stream.write(Buffer.from('b'))
  await one.shape(id, {})
  await until('one is left', () => two.infos[id]?.shapes?.length === 1)
  assert.equal(two.infos[id]?.shapes[0].worker_name, 'two')
  assert.equal(received.length, 1)
  await two.stop() // its shape goes with its watch
  await until('the second chunk', () => received.length === 2)
})

test('a closed writer: the reader has all that was accepted, then the end', async stage => {
  const engine = await stage.permissiveEngine()
  const observer = await observe(stage, engine, 'observer')
  const channel = await createChannel(stage.worker('working', { url: engine.url }))
  const id = channel.readerRef.channel_id
  const writer = new sdk.WebSocket(engine.url + endOf(channel.writerRef))
  await once(writer, 'open')
  const closed = outcome(writer)
  const whole = channel.reader.readAll()
  writer.send(Buffer.from('accepted'))
  await until('it is written', () => observer.infos[id]?.first_message_at_ms)
  await observer.close(id, 'writer')
  const { code, reason } = await closed
  assert.equal(code, 1001)
  assert.equal(reason, 'closed_by_observer')
  assert.equal((await within(10_000, 'the end', whole)).toString(), 'accepted')
  await until('it is told', () => observer.infos[id]?.ended?.by === 'observer')
})

test('a closed reader: it sees the end, and the writer that it has left', async stage => {
  const engine = await stage.permissiveEngine()
  const observer = await observe(stage, engine, 'observer')
  const channel = await createChannel(stage.worker('working', { url: engine.url }))
  const id = channel.readerRef.channel_id
  const writer = new sdk.WebSocket(engine.url + endOf(channel.writerRef))
  await once(writer, 'open')
  const closed = outcome(writer)
  const whole = channel.reader.readAll()
  writer.send(Buffer.from('read'))
  await until('it is written', () => observer.infos[id]?.totals?.acked_messages === 1 || observer.infos[id]?.first_message_at_ms)
  await observer.close(id, 'reader')
  await within(10_000, 'the end', whole)
  const { code, reason } = await closed
  assert.equal(code, 1001)
  assert.equal(reason, 'reader_left')
  await until('it is told', () => observer.infos[id]?.ended?.by === 'observer')
})

await run()
