// SPDX-License-Identifier: GPL-3.0-or-later
// A WebSocket client that hides nothing: each frame as it came, with its bounds, and how the stream ended.
import { connect } from 'node:net'

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d])
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const LIMIT_MS = 10_000
const PING = 0x9
const PONG = 0xa

export const TEXT = 0x81
export const BINARY = 0x82
export const CLOSE = 0x88

/** A client's frame. @first: its first byte, flags and opcode. */
export function frame (first, payload = '', masked = true) {
  const data = Buffer.from(payload)
  const head = Buffer.alloc(data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10)
  head[0] = first
  if (head.length === 2) head[1] = data.length
  else if (head.length === 4) head.writeUInt16BE(data.length, 2)
  else head.writeBigUInt64BE(BigInt(data.length), 2)
  if (head.length > 2) head[1] = head.length === 4 ? 126 : 127
  if (!masked) return Buffer.concat([head, data])
  head[1] |= 0x80
  for (let i = 0; i < data.length; i++) data[i] ^= MASK[i % 4]
  return Buffer.concat([head, MASK, data])
}

/** The payload of a close frame. */
export function closing (code, reason = '') {
  const data = Buffer.alloc(2 + Buffer.byteLength(reason))
  data.writeUInt16BE(code)
  data.write(reason, 2)
  return data
}

export class RawSocket {
  #rest = Buffer.alloc(0)
  #wake = () => {}
  #seen = 0 // of the frames
  #isClosing = false // has sent a close frame
  head = undefined // of the answer
  frames = [] // {first, payload}; no pings; those are answered, as close frames are, as every library does
  ended = undefined // 'end' or 'reset'

  /** @url: ws://HOST:PORT */
  constructor (url) {
    const { hostname, port } = new URL(url)
    this.tcp = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    this.tcp.setNoDelay()
    this.tcp.on('data', data => this.#take(data))
    this.tcp.on('end', () => this.#end('end'))
    this.tcp.on('error', () => this.#end('reset'))
    this.tcp.on('close', () => this.#end('end'))
  }

  /** Asks, and resolves once the answer's head is there. */
  static async open (url, path, { method = 'GET', headers = [], key = KEY } = {}) {
    const self = new RawSocket(url)
    const lines = [`${method} ${path} HTTP/1.1`, 'Host: engine', 'Connection: Upgrade', 'Upgrade: websocket',
      'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`, ...headers]
    self.write(lines.join('\r\n') + '\r\n\r\n')
    await self.until(() => self.head !== undefined)
    return self
  }

  #end (how) {
    this.ended ??= how
    this.#wake()
  }

  #take (data) {
    this.#rest = Buffer.concat([this.#rest, data])
    const end = this.head === undefined ? this.#rest.indexOf('\r\n\r\n') : 0
    if (this.head === undefined && end >= 0) {
      this.head = this.#rest.toString('latin1', 0, end)
      this.#rest = this.#rest.subarray(end + 4)
    }
    if (this.head?.startsWith('HTTP/1.1 101')) while (this.#takeFrame());
    this.#wake()
  }

  #takeFrame () {
    const [data, short] = [this.#rest, this.#rest.length >= 2 ? this.#rest[1] : 0]
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (data.length < head) return false
    const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2))
    if (data.length < head + length) return false
    const payload = data.subarray(head, head + length)
    this.#rest = data.subarray(head + length)
    if ((data[0] & 0xf) === PING) this.send(0x80 | PONG, payload)
    else this.frames.push({ first: data[0], payload })
    if (data[0] === CLOSE && !this.#isClosing) this.send(CLOSE, payload)
    return true
  }

  /** What has come and is no frame: the text of a refusal. */
  get body () {
    return this.#rest.toString('latin1')
  }

  write (data) {
    if (!this.tcp.destroyed && !this.tcp.writableEnded) this.tcp.write(data)
  }

  send (first, payload) {
    if (first === CLOSE) this.#isClosing = true
    this.write(frame(first, payload))
  }

  say (message) {
    this.send(TEXT, typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Waits; false if it did not come true within the limit, or cannot any more. */
  async until (probe, ms = LIMIT_MS) {
    const end = Date.now() + ms
    while (!probe()) {
      const left = end - Date.now()
      if (left <= 0 || this.ended) return probe()
      await new Promise(resolve => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => { clearTimeout(timer); resolve() }
      })
    }
    return true
  }

  /** The next frame, or undefined where none came. */
  async next (ms) {
    await this.until(() => this.frames.length > this.#seen, ms)
    return this.frames.length > this.#seen ? this.frames[this.#seen++] : undefined
  }

  /** The next JSON message. */
  async hear (ms) {
    const got = await this.next(ms)
    return got && JSON.parse(got.payload.toString())
  }

  /** Waits for the end of the stream, and ends it from here, too. Returns how it ended: 'open' if it has not. */
  async end (ms) {
    await this.until(() => this.ended, ms)
    const how = this.ended ?? 'open'
    this.tcp.destroy()
    return how
  }

  /** As a process that is killed with unread data leaves it. */
  reset () {
    this.tcp.resetAndDestroy()
  }

  drop () {
    this.tcp.destroy()
  }
}
