// SPDX-License-Identifier: GPL-3.0-or-later
// A Node worker that sends, when its standard input says so, one of the streams that people read:
//   open                      a channel whose reader goes to sink::read, which reads it to the end
//   sse, ndjson, garbled, csv, image   into it, as binary messages of odd sizes, cut anywhere
//   progress, answer          into it, as text messages
// After each it says "did COMMAND".
import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { crc32 as nativeCrc32, deflateSync } from 'node:zlib'

globalThis.crypto ??= webcrypto // the SDK expects it there; Debian 12's Node 18 has it only in the module
console.log = console.debug = console.info = console.error
const say = line => process.stdout.write(`${line}\n`)

const { createChannel, registerWorker } = await import(pathToFileURL(process.env.INTEROP_SDK))
const iii = registerWorker(process.env.III_URL, { workerName: 'node-streams' })

iii.registerFunction('sink::read', async input => {
  await new Promise((resolve, reject) => {
    input.reader.stream.on('data', () => {})
    input.reader.stream.on('end', resolve)
    input.reader.stream.on('error', reject)
  })
  return {}
})

let channel

const write = chunk => new Promise(resolve => channel.writer.stream.write(chunk, resolve))

// Sizes 1, 2, … 13, 1, …: through the middle of characters, lines and numbers.
async function writeInPieces (bytes, largest = 13) {
  for (let at = 0, size = 1; at < bytes.length; at += size, size = size % largest + 1) await write(bytes.subarray(at, at + size))
}

function crc32 (bytes) {
  if (nativeCrc32) return nativeCrc32(bytes)
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function pngChunk (type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}

// A colour gradient.
function png (width, height) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (1 + 3 * width))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set([x * 255 / width, y * 255 / height, 128], y * (1 + 3 * width) + 1 + 3 * x)
  }
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))])
}

const commands = {
  async open () {
    channel = await createChannel(iii)
    iii.trigger({ function_id: 'sink::read', payload: { reader: channel.readerRef }, timeoutMs: 300_000 }).catch(() => {})
  },
  async sse () {
    let text = ''
    for (let n = 1; n <= 12; n++) text += `event: price\nid: ${n}\ndata: {"symbol":"IIÖ","price":${100 + n}}\n\n`
    await writeInPieces(Buffer.from(text))
  },
  async ndjson () {
    let text = ''
    for (let n = 1; n <= 20; n++) text += `${JSON.stringify({ row: n, city: n % 2 ? 'Zürich' : '東京', ok: true })}\n`
    await writeInPieces(Buffer.from(text))
  },
  async garbled () { // JSON lines of which one holds bytes that are no text, and one is not whole
    const lines = []
    for (let n = 1; n <= 20; n++) lines.push(Buffer.from(`${JSON.stringify({ row: n, city: 'Zürich', ok: true })}\n`))
    lines[6].set([0xff, 0x00, 0xc3], 18)
    lines[11] = lines[11].subarray(0, 12)
    await writeInPieces(Buffer.concat(lines))
  },
  async csv () {
    await writeInPieces(Buffer.from('id,city,note\n1,Zürich,"a, b"\n2,東京,"two\nlines"\n3,Oslo,\n'))
  },
  async image () {
    await writeInPieces(png(320, 200), 97)
  },
  async progress () {
    for (const rows of [0, 24000, 96000]) {
      channel.writer.sendMessage(JSON.stringify({ type: 'progress', rows, of: 120000 }))
    }
  },
  async answer () {
    channel.writer.sendMessage(JSON.stringify({ type: 'set_status', status_code: 201 }))
    channel.writer.sendMessage(JSON.stringify({ type: 'set_headers', headers: { 'content-type': 'text/event-stream' } }))
    let text = ''
    for (const delta of ['A channel', ' has', ' two', ' ends.']) {
      text += delta
      channel.writer.sendMessage(JSON.stringify({ type: 'text_delta', delta, partial: { role: 'assistant', content: [text] } }))
    }
    channel.writer.sendMessage(JSON.stringify({ type: 'error', message: 'the model is overloaded' }))
  },
}

await iii.trigger({ function_id: 'engine::functions::list', payload: {} }) // behind the registration
say('ready')
for await (const line of createInterface({ input: process.stdin })) {
  await commands[line]()
  say(`did ${line}`)
}
process.exit(0)
