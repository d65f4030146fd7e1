// SPDX-License-Identifier: GPL-3.0-or-later
// Ends that may not be opened.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { endOf, outcome, rejection, run, sdk, test, until } from './harness.mjs'

const { ChannelReader, createChannel } = sdk

test('a wrong key and an unknown id are answered 404', async stage => {
  const iii = stage.worker('stranger')
  const { readerRef, writerRef } = await createChannel(iii)
  for (const ref of [readerRef, writerRef]) {
    for (const wrong of [{ access_key: randomUUID() }, { access_key: '' }, { channel_id: randomUUID() }, { channel_id: 'x' }]) {
      assert.deepEqual(await outcome(stage.socket(endOf({ ...ref, ...wrong }))), { status: 404 }, JSON.stringify(wrong))
    }
  }
})

test('the SDK reports the 404', async stage => {
  const iii = stage.worker('stranger')
  const { readerRef } = await createChannel(iii)
  const reader = new ChannelReader(stage.engine.url, { ...readerRef, access_key: randomUUID() })
  assert.match((await rejection(reader.readAll())).message, /404/)
})

test('a channel that is used up is forgotten', async stage => {
  const iii = stage.worker('done')
  const { reader, readerRef, writer } = await createChannel(iii)
  writer.stream.end('once')
  assert.equal((await reader.readAll()).toString(), 'once')
  await until('it is forgotten', async () => (await outcome(stage.socket(endOf(readerRef)))).status === 404)
})

test('a second reader is closed at once, the first undisturbed', async stage => {
  const iii = stage.worker('two-readers')
  const channel = await createChannel(iii)
  const first = stage.socket(endOf(channel.readerRef))
  const received = outcome(first)
  channel.writer.stream.write('before ')
  await once(first, 'message')

  const second = await outcome(stage.socket(endOf(channel.readerRef)))
  assert.ok(second.code > 0)
  assert.deepEqual(second.messages, [])

  channel.writer.stream.end('after')
  assert.equal(Buffer.concat((await received).messages).toString(), 'before after')
})

test('a second writer is closed at once, the first undisturbed', async stage => {
  const iii = stage.worker('two-writers')
  const channel = await createChannel(iii)
  const all = channel.reader.readAll()
  const first = stage.socket(endOf(channel.writerRef))
  await once(first, 'open')
  first.send(Buffer.from('first'))

  const second = stage.socket(endOf(channel.writerRef))
  second.on('open', () => second.send(Buffer.from('second')))
  assert.ok((await outcome(second)).code > 0)

  first.close(1000, 'stream_complete')
  assert.equal((await all).toString(), 'first')
})

await run()
