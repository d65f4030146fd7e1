// SPDX-License-Identifier: GPL-3.0-or-later
// Watching and tapping, as an ordinary worker does it: the feeds are channels, the verbs are functions.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { call, findPoint, watch } from './feeds.mjs'
import { endOf, registered, rejection, run, sdk, test, until, within } from './harness.mjs'

const { createChannel } = sdk

/** A tap: its records as they come. */
async function tap (iii, point, channel_id, options = {}) {
  const feed = await createChannel(iii)
  const records = []
  let rest = Buffer.alloc(0)
  feed.reader.stream.on('data', chunk => {
    assert.ok(chunk.length <= 65_536)
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= rest.readUInt32LE(0)) {
      const size = rest.readUInt32LE(0)
      records.push({
        kind: ['', 'text', 'binary', 'event'][rest.readUInt8(4)],
        flags: rest.readUInt16LE(6),
        seq: Number(rest.readBigUInt64LE(8)),
        timeMs: Number(rest.readBigUInt64LE(16) / 1000n),
        size: rest.readUInt32LE(24),
        dropped: rest.readUInt32LE(28),
        payload: rest.subarray(32, size),
      })
      rest = rest.subarray(size)
    }
  })
  const ended = once(feed.reader.stream, 'end')
  ended.catch(() => {}) // only some tests wait for it
  const answer = await call(iii, point.tap, { channel_id, writer: feed.writerRef, ...options })
  return {
    id: answer.tap_id,
    nextSeq: answer.next_seq,
    records,
    ended,
    messages: () => records.filter(record => record.kind !== 'event'),
  }
}

test('the engine (or the relay) is a point, described, and not in plain listings', async stage => {
  const iii = stage.worker('observer')
  const { functions } = await call(iii, 'engine::functions::list', {})
  assert.ok(!functions.some(f => f.function_id.includes('weir::')))
  const point = await findPoint(stage, iii)
  for (const verb of ['describe', 'watch', 'tap', 'stop', 'reveal']) assert.ok(point[verb], verb)

  const about = await call(iii, point.describe, {})
  assert.equal(about.protocol, 1)
  assert.equal(`weir-${about.mode}`, stage.engine.nearest.name)
  assert.equal(about.pid, stage.engine.nearest.process.pid)
  assert.ok(about.permits.includes('see') && about.permits.includes('read'))
  assert.ok(Math.abs(about.now_ms - Date.now()) < 60_000)
})

test('a watch: the snapshot, then a channel from its beginning to its end', async stage => {
  const iii = stage.worker('observer')
  const worker = stage.worker('working')
  const point = await findPoint(stage, iii)
  const early = await createChannel(worker)
  const feed = await watch(iii, point)
  assert.equal(feed.info(early.readerRef.channel_id).state, 'created')

  const { reader, readerRef, writer } = await createChannel(worker)
  const id = readerRef.channel_id
  await until('it is opened', () => feed.info(id)?.state === 'created')
  writer.stream.write(Buffer.alloc(100_000))
  await until('it waits for its reader', () => feed.info(id).state === 'waiting-reader')
  const all = reader.readAll()
  await until('it flows', () => feed.info(id).state === 'flowing')
  writer.sendMessage('a text')
  await until('the figures', () => {
    const sample = feed.sample(id)
    return sample?.written_bytes === 100_006 && sample.written_messages === 3 && sample.written_text === 1 &&
      sample.sent_bytes === 100_006 && sample.acked_bytes === 100_006 && sample.buffered_messages === 0
  })
  writer.stream.end()
  assert.equal((await all).length, 100_000)
  await until('it is closed', () => feed.info(id).state === 'closed')
  assert.equal(feed.info(id).ended.by, 'writer')

  const text = JSON.stringify(feed.messages)
  assert.ok(!text.includes(readerRef.access_key), 'no key is ever shown')
  assert.equal(feed.info(feed.feedId).internal, true, 'the feed itself is marked')
  assert.equal(feed.sample(feed.feedId), undefined, 'and not sampled')
})

test('the ends of a channel are named', async stage => {
  const iii = stage.worker('observer')
  const worker = stage.worker('working')
  const point = await findPoint(stage, iii)
  worker.registerFunction('files::read', async ({ deep }) => ({ bytes: (await deep.reader.readAll()).length }))
  await call(worker, 'engine::functions::list', {})
  const feed = await watch(iii, point)
  const { readerRef, writer } = await createChannel(worker)
  const result = call(worker, 'files::read', { deep: { reader: readerRef } })
  writer.stream.end(Buffer.alloc(5_000))
  assert.deepEqual(await result, { bytes: 5_000 })

  const info = await until('the call has returned', () => {
    const now = feed.info(readerRef.channel_id)
    return now?.passed?.[0]?.returned_at_ms && now.state === 'closed' && now
  })
  assert.equal(info.creator.worker_name, 'working')
  assert.equal(info.reader.function_id, 'files::read')
  assert.equal(info.passed[0].function_id, 'files::read')
  assert.equal(info.passed[0].path, 'deep.reader')
  assert.equal(info.passed[0].error, null)
})

test('a tap shows every message as it was, and touches nothing', async stage => {
  const iii = stage.worker('observer')
  const worker = stage.worker('working')
  const point = await findPoint(stage, iii)
  const { reader, readerRef, writer } = await createChannel(worker)
  const texts = []
  reader.onMessage(text => texts.push(text))
  const all = reader.readAll()
  const spy = await tap(iii, point, readerRef.channel_id, { snaplen: 1000 })
  assert.equal(spy.nextSeq, 1)

  const progress = JSON.stringify({ type: 'progress', chunks: 1 })
  const long = Buffer.alloc(5_000, 'weir')
  writer.sendMessage(progress)
  await new Promise(resolve => writer.stream.write(Buffer.from([0, 1, 254, 255]), resolve))
  await new Promise(resolve => writer.stream.write(long, resolve))
  writer.stream.end()
  assert.deepEqual(await all, Buffer.concat([Buffer.from([0, 1, 254, 255]), long]))
  assert.deepEqual(texts, [progress])

  await within(10_000, 'the tap ends with its channel', spy.ended)
  const messages = spy.messages()
  assert.deepEqual(messages.map(({ kind, seq, size, flags }) => ({ kind, seq, size, flags })), [
    { kind: 'text', seq: 1, size: progress.length, flags: 0 },
    { kind: 'binary', seq: 2, size: 4, flags: 0 },
    { kind: 'binary', seq: 3, size: 5_000, flags: 1 },
  ])
  assert.equal(messages[0].payload.toString(), progress)
  assert.deepEqual(messages[1].payload, Buffer.from([0, 1, 254, 255]))
  assert.deepEqual(messages[2].payload, long.subarray(0, 1000))
  assert.ok(Math.abs(messages[0].timeMs - Date.now()) < 60_000)
})

test('a tap opened late shows what has been', async stage => {
  const iii = stage.worker('observer')
  const worker = stage.worker('working')
  const point = await findPoint(stage, iii)
  const { readerRef, writerRef } = await createChannel(worker)
  const from = stage.socket(endOf(writerRef))
  const to = stage.socket(endOf(readerRef))
  await Promise.all([once(from, 'open'), once(to, 'open')])
  let read = 0
  to.on('message', () => read++)
  for (let n = 1; n <= 100; n++) from.send(`message ${n}`)
  await until('all of it is read', () => read === 100)

  const spy = await tap(iii, point, readerRef.channel_id, { kinds: ['text'] })
  assert.ok(spy.nextSeq >= 1 && spy.nextSeq <= 101) // as fresh as the point's figures are
  from.send('message 101')
  await until('history and the new one', () => spy.messages().length === 65)
  assert.deepEqual(spy.messages().map(({ seq, payload }) => [seq, payload.toString()]),
    Array.from({ length: 65 }, (_, n) => [37 + n, `message ${37 + n}`]))

  const fresh = await tap(iii, point, readerRef.channel_id, { history: false })
  from.send('message 102')
  await until('only the new one', () => fresh.messages().length === 1)
  assert.equal(fresh.messages()[0].payload.toString(), 'message 102')
})

test('a watch and a tap that are stopped end', async stage => {
  const iii = stage.worker('observer')
  const worker = stage.worker('working')
  const point = await findPoint(stage, iii)
  const feed = await watch(iii, point)
  const { readerRef } = await createChannel(worker)
  const spy = await tap(iii, point, readerRef.channel_id)
  await call(iii, point.stop, { tap_id: spy.id })
  await within(5_000, 'the tap ends', spy.ended)
  await call(iii, point.stop, { watch_id: feed.id })
  await within(5_000, 'the watch ends', feed.ended)
})

test('what cannot be done is refused with a code', async stage => {
  const iii = stage.worker('observer')
  const point = await findPoint(stage, iii)
  const { readerRef } = await createChannel(iii)
  const { readerRef: feedReader, writerRef: feedWriter } = await createChannel(iii)
  const refused = async (verb, payload) => (await rejection(call(iii, point[verb], payload))).code

  assert.equal(await refused('tap', { channel_id: randomUUID(), writer: feedWriter }), 'WEIR_UNKNOWN_CHANNEL')
  assert.equal(await refused('tap', { writer: feedWriter }), 'WEIR_BAD_REQUEST')
  assert.equal(await refused('tap', { channel_id: readerRef.channel_id }), 'WEIR_BAD_REQUEST')
  assert.equal(await refused('watch', {}), 'WEIR_BAD_REQUEST')
  assert.equal(await refused('watch', { writer: 'x' }), 'WEIR_BAD_REQUEST')
  assert.equal(await refused('watch', { writer: feedReader }), 'WEIR_BAD_REQUEST')
  assert.equal(await refused('watch', { writer: feedWriter, interval_ms: 1 }), 'WEIR_BAD_REQUEST')
  assert.equal(await refused('stop', {}), 'WEIR_BAD_REQUEST')
  assert.equal(await refused('reveal', { channel_id: readerRef.channel_id, direction: 'read' }), 'WEIR_NOT_PERMITTED')
})

test('an end that connects past the relay has no figures there, and not none', async stage => {
  if (stage.engine.relays.length === 0) return // an engine sees every end
  const url = stage.engine.program.url
  const iii = stage.worker('observer')
  const feed = await watch(iii, await findPoint(stage, iii))
  const far = stage.worker('far', { url })
  let bytes = 0
  far.registerFunction('far::read', async ({ reader }) => { for await (const chunk of reader.stream) bytes += chunk.length })
  await registered(far, 'far::read')
  const { readerRef, writer } = await createChannel(stage.worker('near'))
  const done = stage.worker('caller').trigger({ function_id: 'far::read', payload: { reader: readerRef } })
  writer.stream.write(Buffer.alloc(4096))
  await until('it is read', () => bytes === 4096)
  const sample = await until('the writer is seen', () => feed.sample(readerRef.channel_id)?.written_bytes === 4096 && feed.sample(readerRef.channel_id))
  for (const column of ['sent_bytes', 'sent_messages', 'acked_messages', 'buffered_messages']) assert.equal(sample[column], null, column)
  assert.ok(['unknown', 'elsewhere'].includes(feed.info(readerRef.channel_id).reader.presence))
  writer.stream.end()
  await done
})

await run()
