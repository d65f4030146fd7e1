// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that ping and give up without an answer stay connected.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { deferred, endOf, outcome, run, sdk, test, within } from './harness.mjs'

const { createChannel } = sdk

/** Pings as the Python client does, only faster; resolves after `count` answers in time. */
async function pings (ws, count) {
  for (let n = 0; n < count; n++) {
    const payload = Buffer.from(`ping ${n}`)
    const pong = once(ws, 'pong')
    ws.ping(payload)
    assert.deepEqual((await within(2_000, `pong ${n}`, pong))[0], payload)
  }
}

test('an idle reader that pings stays connected and then gets its data', async stage => {
  const iii = stage.worker('quiet')
  const channel = await createChannel(iii)
  const reader = stage.socket(endOf(channel.readerRef))
  const received = outcome(reader)
  await once(reader, 'open')
  await pings(reader, 50)
  channel.writer.stream.write('at last')
  await once(reader, 'message')
  await pings(reader, 50)
  channel.writer.stream.end()
  assert.deepEqual((await received).messages, [Buffer.from('at last')])
})

test('a reader is answered while data flows to it', async stage => {
  const iii = stage.worker('busy')
  const channel = await createChannel(iii)
  const reader = stage.socket(endOf(channel.readerRef))
  const received = outcome(reader)
  await once(reader, 'open')
  let bytes = 0
  const some = deferred()
  reader.on('message', data => (bytes += data.length) > 1_000_000 && some.resolve())
  channel.writer.stream.write(Buffer.alloc(20_000_000))
  await within(10_000, 'data flows', some.promise)
  await pings(reader, 20)
  channel.writer.stream.end()
  await received
  assert.equal(bytes, 20_000_000)
})

test('a writer that pings is answered while there is room', async stage => {
  const iii = stage.worker('patient')
  const channel = await createChannel(iii)
  const writer = stage.socket(endOf(channel.writerRef))
  await once(writer, 'open')
  await pings(writer, 20)
  writer.send(Buffer.from('early'))
  await pings(writer, 20)
  writer.close(1000, 'stream_complete')
  assert.equal((await channel.reader.readAll()).toString(), 'early')
})

test('a worker that pings is answered', async stage => {
  const ws = stage.socket('/')
  await once(ws, 'open')
  await pings(ws, 20)
})

await run()
