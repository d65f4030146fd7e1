// SPDX-License-Identifier: GPL-3.0-or-later
// Who comes first, who leaves first, and many at once.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { endOf, outcome, registered, run, sdk, test, within } from './harness.mjs'

const { createChannel } = sdk

test('the writer has closed before the reader comes', async stage => {
  const iii = stage.worker('early-writer')
  const channel = await createChannel(iii)
  const writer = stage.socket(endOf(channel.writerRef))
  await once(writer, 'open')
  writer.send(Buffer.from('kept '))
  writer.send(Buffer.from('for you'))
  writer.close(1000, 'stream_complete')
  await within(5_000, 'the writer is closed', once(writer, 'close'))

  assert.equal((await channel.reader.readAll()).toString(), 'kept for you')
})

test('the same with the SDK on both sides', async stage => {
  const iii = stage.worker('early-writer')
  iii.registerFunction('late::read', async ({ reader }) => ({ text: (await reader.readAll()).toString() }))
  await registered(iii, 'late::read')
  const channel = await createChannel(iii)
  channel.writer.stream.end('kept for you')
  await once(channel.writer.stream, 'close')

  assert.deepEqual(await iii.trigger({ function_id: 'late::read', payload: { reader: channel.readerRef } }),
    { text: 'kept for you' })
})

test('the reader comes first', async stage => {
  const iii = stage.worker('early-reader')
  const channel = await createChannel(iii)
  const reader = stage.socket(endOf(channel.readerRef))
  const received = outcome(reader)
  await once(reader, 'open')
  channel.writer.stream.end('here it is')

  assert.deepEqual((await received).messages, [Buffer.from('here it is')])
})

test('50 channels at once, each with its own bytes', async stage => {
  const writing = stage.worker('fifty-writer')
  const reading = stage.worker('fifty-reader')
  reading.registerFunction('fifty::sum', async ({ reader }) => {
    let sum = 0
    let bytes = 0
    for await (const chunk of reader.stream) {
      bytes += chunk.length
      for (const byte of chunk) sum += byte
    }
    return { bytes, sum }
  })
  await registered(reading, 'fifty::sum')

  const results = await Promise.all(Array.from({ length: 50 }, async (_, n) => {
    const channel = await createChannel(writing)
    const result = writing.trigger({ function_id: 'fifty::sum', payload: { reader: channel.readerRef } })
    channel.writer.stream.end(Buffer.alloc(200_000 + n, n))
    return await result
  }))
  assert.deepEqual(results, results.map((_, n) => ({ bytes: 200_000 + n, sum: (200_000 + n) * n })))
})

test('the reader leaves: the writer is told at once', async stage => {
  const iii = stage.worker('leaver')
  const channel = await createChannel(iii)
  const writer = stage.socket(endOf(channel.writerRef))
  const end = outcome(writer)
  const reader = stage.socket(endOf(channel.readerRef))
  await Promise.all([once(writer, 'open'), once(reader, 'open')])
  reader.close(1000, 'channel_close')

  const { code, reason } = await end
  assert.deepEqual({ code, reason }, { code: 1001, reason: 'reader_left' })
})

test('the writer is lost without a close: the reader gets all of it, and is told', async stage => {
  const iii = stage.worker('lost')
  const channel = await createChannel(iii)
  const writer = stage.socket(endOf(channel.writerRef))
  await once(writer, 'open')
  await new Promise(resolve => writer.send(Buffer.alloc(100_000, 1), resolve))
  const reader = stage.socket(endOf(channel.readerRef))
  const end = outcome(reader)
  await once(reader, 'message')
  writer.terminate()

  const { code, reason, messages } = await end
  assert.deepEqual({ code, reason, bytes: messages[0].length }, { code: 1011, reason: 'writer_lost', bytes: 100_000 })
})

await run()
