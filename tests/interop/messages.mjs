// SPDX-License-Identifier: GPL-3.0-or-later
// What a message may be, and that messages come out as and in the order they went in.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { deferred, endOf, outcome, run, sdk, test, within } from './harness.mjs'

const { createChannel } = sdk

test('a text message of 4 MB', async stage => {
  const iii = stage.worker('text')
  const channel = await createChannel(iii)
  const text = 'wéir '.repeat(700_000)
  const message = deferred()
  channel.reader.onMessage(message.resolve)
  const all = channel.reader.readAll() // onMessage alone does not connect

  channel.writer.sendMessage(text)
  channel.writer.close()

  assert.equal(await within(20_000, 'the message', message.promise), text)
  assert.equal((await all).length, 0)
})

test('empty messages, text and binary', async stage => {
  const iii = stage.worker('empty')
  const channel = await createChannel(iii)
  const received = outcome(stage.socket(endOf(channel.readerRef)))
  const writer = stage.socket(endOf(channel.writerRef))
  await once(writer, 'open')
  writer.send('')
  writer.send(Buffer.alloc(0))
  writer.send('')
  writer.close(1000, 'stream_complete')

  assert.deepEqual((await received).messages, ['', Buffer.alloc(0), ''])
})

test('an empty message from the SDK to the SDK', async stage => {
  const iii = stage.worker('empty')
  const channel = await createChannel(iii)
  const messages = []
  channel.reader.onMessage(message => messages.push(message))
  const all = channel.reader.readAll()
  channel.writer.sendMessage('')
  channel.writer.sendMessage('after')
  channel.writer.close()
  assert.equal((await all).length, 0)
  assert.deepEqual(messages, ['', 'after'])
})

test('text between binary keeps its place', async stage => {
  const iii = stage.worker('mixed')
  const channel = await createChannel(iii)
  const received = outcome(stage.socket(endOf(channel.readerRef)))
  const sent = []
  const write = chunk => new Promise((resolve, reject) => {
    channel.writer.stream.write(chunk, error => error ? reject(error) : resolve())
  })

  for (let n = 0; n < 300; n++) {
    const chunk = Buffer.alloc(1 + (n * 997) % 65_536, n)
    const text = `after chunk ${n}`
    await write(chunk)
    channel.writer.sendMessage(text)
    sent.push(chunk, text)
  }
  channel.writer.stream.end()

  const { messages } = await received
  assert.equal(messages.length, sent.length)
  for (const [n, message] of messages.entries()) assert.deepEqual(message, sent[n])
})

test('a write is cut into messages of 64 KiB', async stage => {
  const iii = stage.worker('chunks')
  const channel = await createChannel(iii)
  const received = outcome(stage.socket(endOf(channel.readerRef)))
  channel.writer.stream.end(Buffer.alloc(200_000, 7))
  assert.deepEqual((await received).messages.map(message => message.length), [65_536, 65_536, 65_536, 3_392])
})

await run()
