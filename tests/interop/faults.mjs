// SPDX-License-Identifier: GPL-3.0-or-later
// The typical faults of people who use channels, each as two or three small functions. faults.NAME makes that mistake with
// functions called NAME::… of the workers a and b; call() calls one once it is there. Nothing of it is waited for.
import { deferred, endOf, sdk } from './harness.mjs'

const { createChannel } = sdk
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
const quietly = promise => { promise.catch(() => {}) }

/** Reads all of a stream, with a pause after each piece. */
async function drain (stream, ms = 0) {
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (ms > 0) await pause(ms)
  }
  return { bytes }
}

/** Writes as its stream lets it. */
async function pour (stream, chunk, times) {
  for (let n = 0; n < times; n++) await new Promise((resolve, reject) => stream.write(chunk, error => error ? reject(error) : resolve()))
}

export const faults = {
  /** The reader's function is handed the ref and never opens it. */
  async unopened ({ a, b, call }) {
    b.registerFunction('unopened::reader', () => new Promise(() => {}))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('unopened::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(1000), 5))
  },

  /** It opens it, takes a piece and never reads on. */
  async stuck ({ a, b, call }) {
    b.registerFunction('stuck::reader', ({ reader }) => new Promise(() => reader.stream.once('readable', () => reader.stream.read(1))))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('stuck::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(65_536), 1000))
  },

  /** The writer awaits the call of its own reader before it writes. */
  async awaits ({ a, b, call }) {
    b.registerFunction('awaits::reader', ({ reader }) => drain(reader.stream))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('awaits::reader', { reader: readerRef }).then(() => writer.stream.end('late')))
  },

  /** The reader is given the writing end. */
  async wrongend ({ a, b, call }) {
    const handed = new Promise(resolve => b.registerFunction('wrongend::reader', ({ reader }) => {
      resolve() // before the end is taken by who made it: else it is known not to be this function's
      return new Promise(resolve => reader.stream.once('data', resolve))
    }))
    const { writer, writerRef } = await createChannel(a)
    quietly(call('wrongend::reader', { reader: writerRef }))
    await handed
    quietly(pour(writer.stream, Buffer.alloc(1000), 5))
  },

  /** The function that was to write has returned without a write. */
  async returns ({ a, b, call }) {
    b.registerFunction('returns::writer', async () => ({ ok: true }))
    const { reader, writerRef } = await createChannel(a)
    quietly(drain(reader.stream))
    quietly(call('returns::writer', { writer: writerRef }))
  },

  /** It ended its stream without a write: the client never connects it. */
  async ends ({ a, b, call }) {
    b.registerFunction('ends::writer', async ({ writer }) => { writer.stream.end() })
    const { reader, writerRef } = await createChannel(a)
    quietly(drain(reader.stream))
    quietly(call('ends::writer', { writer: writerRef }))
  },

  /** The reader waits after each piece. */
  async slow ({ a, b, call }) {
    b.registerFunction('slow::reader', ({ reader }) => drain(reader.stream, 60))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('slow::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(65_536), 100_000))
  },

  /** All is written, the close is forgotten, and the function has returned. */
  async unclosed ({ a, b, call }) {
    b.registerFunction('unclosed::writer', async ({ writer }) => { await pour(writer.stream, Buffer.alloc(1000), 5) })
    const { reader, writerRef } = await createChannel(a)
    quietly(drain(reader.stream))
    quietly(call('unclosed::writer', { writer: writerRef }))
  },

  /** The same by who made the channel: there is no call of the writer that could return. */
  async forgotten ({ a, b, call }) {
    b.registerFunction('forgotten::reader', ({ reader }) => drain(reader.stream))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('forgotten::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(1000), 5))
  },

  /** The reader's function throws in the middle of the stream. */
  async throws ({ a, b, call }) {
    b.registerFunction('throws::reader', async ({ reader }) => {
      for await (const chunk of reader.stream) throw new Error(`cannot parse ${chunk.length} bytes`)
    })
    const { writer, readerRef } = await createChannel(a)
    quietly(call('throws::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(65_536), 1000))
  },

  /** The reader waits for a text that stands behind data that it does not read. */
  async behind ({ a, b, call }) {
    b.registerFunction('behind::reader', async ({ reader }) => {
      const header = new Promise(resolve => reader.onMessage(resolve))
      await new Promise(resolve => reader.stream.once('readable', resolve)) // it is open: who reads not on
      await header
      return drain(reader.stream)
    })
    const { writer, readerRef } = await createChannel(a)
    quietly(call('behind::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(65_536), 48).then(async () => {
      await pause(1000) // a sample of its own: what came in one sample with data may have come before it
      writer.sendMessage('{"type":"header"}')
    }))
  },

  /** Each writes all before it reads: two channels, and both are full. */
  async deadlock ({ a, b, call }) {
    b.registerFunction('deadlock::worker', async ({ reader, writer }) => {
      for await (const chunk of reader.stream) await pour(writer.stream, Buffer.concat([chunk, chunk]), 1)
      writer.stream.end()
    })
    const input = await createChannel(a)
    const output = await createChannel(a)
    output.reader.stream.once('readable', () => {}) // open, to be read when all is written
    quietly(call('deadlock::worker', { reader: input.readerRef, writer: output.writerRef }))
    quietly(pour(input.writer.stream, Buffer.alloc(65_536), 100_000).then(() => drain(output.reader.stream)))
  },

  /** A handler for text messages alone: it opens nothing. */
  async textonly ({ a, b, call }) {
    b.registerFunction('textonly::reader', ({ reader }) => new Promise(resolve => reader.onMessage(resolve)))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('textonly::reader', { reader: readerRef }))
    writer.sendMessage('{"type":"header"}')
  },

  /** Text is written to who reads bytes: the client drops it, and the reader gets an empty stream. */
  async texts ({ a, b, call }) {
    b.registerFunction('texts::reader', ({ reader }) => drain(reader.stream))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('texts::reader', { reader: readerRef }))
    for (let n = 0; n < 5; n++) writer.sendMessage(JSON.stringify({ row: n }))
    await pause(300)
    writer.close()
  },

  /** The writer gives up with an error: its stream is destroyed. */
  async destroyed ({ a, b, call }) {
    b.registerFunction('destroyed::reader', ({ reader }) => drain(reader.stream))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('destroyed::reader', { reader: readerRef }))
    await pour(writer.stream, Buffer.alloc(1000), 3)
    await pause(300)
    writer.stream.destroy(new Error('the source failed'))
  },

  /** The reader has what it wanted and leaves. */
  async leaves ({ a, b, call }) {
    b.registerFunction('leaves::reader', async ({ reader }) => {
      await new Promise(resolve => reader.stream.once('data', resolve))
      reader.close()
      return { first: true }
    })
    const { writer, readerRef } = await createChannel(a)
    quietly(call('leaves::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(1000), 3))
  },

  /** The reader's function returns in the middle of the stream: it has seen what it wanted. */
  async head ({ a, b, call }) {
    b.registerFunction('head::reader', async ({ reader }) => {
      for await (const chunk of reader.stream) return { bytes: chunk.length }
    })
    const { writer, readerRef } = await createChannel(a)
    quietly(call('head::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(65_536), 1000))
  },

  /** Two functions get one end: the first has it, and hangs; the second is turned away. */
  async stays ({ a, b, call }) {
    const taken = deferred()
    b.registerFunction('stays::reader', ({ reader }) => new Promise(() => reader.stream.once('readable', () => taken.resolve(reader.stream.read(1)))))
    b.registerFunction('stays::other', ({ reader }) => drain(reader.stream))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('stays::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(65_536), 1000))
    await taken.promise
    quietly(call('stays::other', { reader: readerRef }))
  },

  /** The same where neither returns: nobody can tell who has it. */
  async both ({ a, b, call }) {
    const read = ({ reader }) => new Promise(() => reader.stream.once('readable', () => reader.stream.read(1)))
    b.registerFunction('both::first', read)
    b.registerFunction('both::second', read)
    const { writer, readerRef } = await createChannel(a)
    quietly(call('both::first', { reader: readerRef }))
    quietly(call('both::second', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(65_536), 1000))
  },

  /** A pipeline whose end does not read: who stands in the middle is its victim. */
  async chain ({ a, b, call }) {
    b.registerFunction('chain::pipe', async ({ reader, writer }) => {
      for await (const chunk of reader.stream) await pour(writer.stream, chunk, 1)
      writer.stream.end()
    })
    b.registerFunction('chain::end', ({ reader }) => new Promise(() => reader.stream.once('readable', () => reader.stream.read(1))))
    const input = await createChannel(a)
    const output = await createChannel(a)
    quietly(call('chain::pipe', { reader: input.readerRef, writer: output.writerRef }))
    quietly(call('chain::end', { reader: output.readerRef }))
    quietly(pour(input.writer.stream, Buffer.alloc(65_536), 100_000))
  },

  /** Both sides write all before they open what they are to read. */
  async lazy ({ b, call, stage }) {
    b.registerFunction('lazy::worker', async ({ reader, writer }) => {
      await pour(writer.stream, Buffer.alloc(65_536), 100_000)
      return drain(reader.stream)
    })
    const e = stage.worker('node-e')
    const input = await createChannel(e)
    const output = await createChannel(e)
    quietly(call('lazy::worker', { reader: input.readerRef, writer: output.writerRef }))
    quietly(pour(input.writer.stream, Buffer.alloc(65_536), 100_000).then(() => drain(output.reader.stream)))
  },

  /** One message of more than 16 MiB. */
  async huge ({ a, b, call }) {
    b.registerFunction('huge::reader', ({ reader }) => drain(reader.stream))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('huge::reader', { reader: readerRef }))
    await pour(writer.stream, Buffer.alloc(1000), 3)
    await pause(300)
    writer.sendMessage('x'.repeat(16 * 1024 * 1024 + 1))
  },

  /** The main connection of a worker breaks for a moment; its channels are connections of their own. */
  async hiccup ({ a, call, stage }) {
    const f = stage.worker('node-f')
    const reads = deferred()
    f.registerFunction('hiccup::reader', async ({ reader }) => { for await (const chunk of reader.stream) reads.resolve(chunk) })
    const { writer, readerRef } = await createChannel(a)
    quietly(call('hiccup::reader', { reader: readerRef }))
    const ticks = setInterval(() => writer.stream.write(Buffer.alloc(4096)), 100)
    ticks.unref()
    await reads.promise
    f.ws.terminate()
  },

  /** A function that nobody registered. */
  async nosuch ({ a, call }) {
    const { writer, readerRef } = await createChannel(a)
    quietly(call('nosuch::reader', { reader: readerRef }))
    quietly(pour(writer.stream, Buffer.alloc(1000), 5))
  },

  /** A channel is made and given to nobody. */
  async unused ({ a }) {
    await createChannel(a)
  },

  /** One message of almost 16 MiB, which is the most that a peer takes. */
  async bigmessage ({ a, b, call }) {
    b.registerFunction('bigmessage::reader', ({ reader }) => new Promise(() => { reader.onMessage(() => {}); reader.stream.resume() }))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('bigmessage::reader', { reader: readerRef }))
    await pause(600)
    writer.sendMessage('x'.repeat(15.5 * 1024 * 1024))
  },

  /** The reader's client takes no message that large, as Python's does with text over 1 MiB. */
  async toolarge ({ a, stage }) {
    const { writer, readerRef } = await createChannel(a)
    stage.socket(endOf(readerRef), { maxPayload: 1024 * 1024 })
    await pause(600)
    writer.sendMessage('x'.repeat(2 * 1024 * 1024))
  },

  /** The function that wrote has returned, and its worker leaves without a close. */
  async leftopen ({ a, call, stage }) {
    const c = stage.worker('node-c')
    c.registerFunction('leftopen::writer', async ({ writer }) => { await pour(writer.stream, Buffer.alloc(1000), 5); socket = writer })
    let socket
    const { reader, writerRef } = await createChannel(a)
    quietly(drain(reader.stream))
    await call('leftopen::writer', { writer: writerRef })
    await pause(500)
    socket.ws.terminate() // as its process does when it ends
  },

  /** The writer itself goes where its ref should: JSON takes it without complaint. */
  async live ({ a, b, call }) {
    b.registerFunction('live::writer', ({ writer }) => writer.stream.end('never'))
    const { writer, reader } = await createChannel(a)
    quietly(drain(reader.stream))
    quietly(call('live::writer', { writer }))
  },

  /** The same with the reader, while the writer writes. */
  async livereader ({ b, call, stage }) {
    b.registerFunction('livereader::reader', ({ input }) => drain(input.reader.stream))
    const { writer, reader } = await createChannel(stage.worker('node-d'))
    quietly(pour(writer.stream, Buffer.alloc(1000), 5))
    quietly(call('livereader::reader', { input: { reader } }))
  },

  /** Nothing but its stream: that tells of no channel, the call does. */
  async livestream ({ a, b, call }) {
    b.registerFunction('livestream::writer', ({ out }) => out.end('never'))
    const { writer } = await createChannel(a)
    quietly(call('livestream::writer', { out: writer.stream }))
  },

  /** Megabytes in a payload. */
  async bigcall ({ b, call }) {
    b.registerFunction('bigcall::store', async () => ({ ok: true }))
    for (let n = 0; n < 3; n++) await call('bigcall::store', { data: 'x'.repeat(1024 * 1024 * (n + 1)) })
  },

  /** Nothing is wrong here. */
  async well ({ a, b, call }) {
    b.registerFunction('well::reader', ({ reader }) => drain(reader.stream))
    const { writer, readerRef } = await createChannel(a)
    quietly(call('well::reader', { reader: readerRef }))
    const ticks = setInterval(() => writer.stream.write(Buffer.alloc(4096)), 100)
    ticks.unref()
  },
}
