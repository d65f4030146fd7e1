// SPDX-License-Identifier: GPL-3.0-or-later
// The patterns that the documentation of channels shows.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { registered, run, sdk, test, until, within } from './harness.mjs'

const { createChannel } = sdk

test('pipeline: a producer hands a consumer its reader', async stage => {
  const iii = stage.worker('pipeline')

  iii.registerFunction('pipeline::consumer', async input => {
    const chunks = []
    for await (const chunk of input.reader.stream) chunks.push(chunk)
    const records = JSON.parse(Buffer.concat(chunks).toString('utf-8'))
    return {
      label: input.label,
      count: records.length,
      total: records.reduce((sum, record) => sum + record.value, 0),
    }
  })

  iii.registerFunction('pipeline::producer', async input => {
    const channel = await createChannel(iii)
    const written = new Promise((resolve, reject) => {
      channel.writer.stream.end(Buffer.from(JSON.stringify(input.records)), error => error ? reject(error) : resolve())
    })
    const result = await iii.trigger({
      function_id: 'pipeline::consumer',
      payload: { label: 'batch-7', reader: channel.readerRef },
    })
    await written
    return result
  })

  await registered(iii, 'pipeline::consumer', 'pipeline::producer')
  const records = Array.from({ length: 20_000 }, (_, n) => ({ name: `record ${n}`, value: n }))
  assert.deepEqual(await iii.trigger({ function_id: 'pipeline::producer', payload: { records } }),
    { label: 'batch-7', count: 20_000, total: 199_990_000 })
})

/** Two functions, in two workers, with a channel each way; progress goes as text beside the bytes. */
function transform (stage) {
  const worker = stage.worker('transform')
  worker.registerFunction('transform::worker', async input => {
    const chunks = []
    for await (const chunk of input.reader.stream) {
      chunks.push(chunk)
      input.writer.sendMessage(JSON.stringify({ type: 'progress', chunks: chunks.length }))
    }
    input.writer.stream.end(Buffer.from(Buffer.concat(chunks).toString('utf-8').toUpperCase()))
    return { status: 'done' }
  })
  return worker
}

async function coordinate (iii, write) {
  const inputChannel = await createChannel(iii)
  const outputChannel = await createChannel(iii)
  const progress = []
  outputChannel.reader.onMessage(message => progress.push(JSON.parse(message)))

  const done = iii.trigger({
    function_id: 'transform::worker',
    payload: { reader: inputChannel.readerRef, writer: outputChannel.writerRef },
  })
  const writing = write(inputChannel.writer.stream, progress)

  const chunks = []
  for await (const chunk of outputChannel.reader.stream) chunks.push(chunk)
  await writing
  assert.deepEqual(await done, { status: 'done' })
  return { text: Buffer.concat(chunks).toString('utf-8'), progress }
}

test('bidirectional transform: all at once', async stage => {
  const worker = transform(stage)
  await registered(worker, 'transform::worker')
  const text = 'weir and channel '.repeat(30_000)
  const result = await coordinate(stage.worker('coordinator'), async stream => stream.end(Buffer.from(text)))

  assert.equal(result.text, text.toUpperCase())
  assert.ok(result.progress.length > 0)
  assert.deepEqual(result.progress, result.progress.map((_, n) => ({ type: 'progress', chunks: n + 1 })))
})

test('bidirectional transform: the progress of a piece arrives before the next piece is sent', async stage => {
  const worker = transform(stage)
  await registered(worker, 'transform::worker')
  const pieces = ['one ', 'two ', 'three ', 'four ', 'five']
  const result = await coordinate(stage.worker('coordinator'), async (stream, progress) => {
    for (const [n, piece] of pieces.entries()) {
      stream.write(piece)
      await until(`progress ${n + 1}`, () => progress.length === n + 1)
    }
    stream.end()
    await within(5_000, 'the input ends', once(stream, 'finish'))
  })

  assert.equal(result.text, 'ONE TWO THREE FOUR FIVE')
  assert.deepEqual(result.progress, pieces.map((_, n) => ({ type: 'progress', chunks: n + 1 })))
})

await run()
