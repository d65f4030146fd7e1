// SPDX-License-Identifier: GPL-3.0-or-later
// What a client can observe is the same through a relay as it is directly: each scenario is run both ways, and all that it
// has seen is compared. The engine is the one at III_ENGINE_URL, else a weir-engine.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { endOf, run, test, until } from './harness.mjs'
import { BINARY, CLOSE, RawSocket, TEXT, closing, frame } from './raw.mjs'

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi

/** One run: where it connects, names of its own, and what it has seen. */
class Side {
  #names = new Map()
  #sockets = []
  seen = []

  constructor (url) {
    this.url = url
    this.tag = `d${randomUUID().replaceAll('-', '')}`
  }

  /** Ids in the order in which they came. */
  #mask (text) {
    return text.replaceAll(this.tag, 'TAG').replace(UUID, id => {
      if (!this.#names.has(id)) this.#names.set(id, `<id ${this.#names.size + 1}>`)
      return this.#names.get(id)
    })
  }

  #describe ({ first, payload }) {
    const kind = `${(first & 0x80) !== 0 ? '' : 'part '}${first & 0x7f}`
    if ((first & 0xf) === 8) return `${kind}: ${payload.length >= 2 ? payload.readUInt16BE(0) : 'no code'} ${payload.subarray(2)}`
    if (payload.length > 1000) return `${kind}: ${payload.length} bytes, ${createHash('sha256').update(payload).digest('hex')}`
    return `${kind}: ${this.#mask(payload.toString('latin1'))}`
  }

  note (what, text) {
    this.seen.push(`${what} ${text}`)
  }

  async open (path, options) {
    const socket = await RawSocket.open(this.url, path, options)
    this.#sockets.push(socket)
    return socket
  }

  async worker () {
    const worker = await this.open('/')
    const hello = await worker.hear()
    assert.equal(hello.type, 'workerregistered')
    return worker
  }

  /** Announces it and registers a function, and waits until the engine has them. */
  async register (worker, function_id, more = {}) {
    const data = { runtime: 'test', name: `${this.tag}-${randomUUID()}`, pid: 17 }
    worker.say({ type: 'invokefunction', function_id: 'engine::workers::register', action: { type: 'void' }, data })
    worker.say({ type: 'registerfunction', id: function_id, ...more })
    const list = () => this.ask(worker, 'engine::functions::list', { prefix: function_id })
    await until('its function', async () => (await list()).functions.length === 1)
  }

  /** Calls, and returns the answer's result. */
  async ask (worker, function_id, data = {}) {
    worker.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id, data })
    const answer = await worker.hear()
    return answer.result
  }

  async channel (worker) {
    const { writer, reader } = await this.ask(worker, 'engine::channels::create')
    return { writer, reader, ends: async () => [await this.open(endOf(writer)), await this.open(endOf(reader))] }
  }

  /** Notes the answer to a handshake: its status, its headers but for the date, and its text. */
  async refused (what, path, options) {
    const socket = await this.open(path, options)
    const length = Number(/content-length: *(\d+)/i.exec(socket.head ?? '')?.[1] ?? 0)
    if (options?.method !== 'HEAD') await socket.until(() => socket.body.length >= length)
    this.note(what, (socket.head ?? 'nothing').split('\r\n').filter(line => !/^date:/i.test(line)).join(' | ') + ` || ${this.#mask(socket.body)}`)
    socket.drop()
  }

  /** Notes the next frame. */
  async next (what, socket, ms) {
    const got = await socket.next(ms)
    this.note(what, got ? this.#describe(got) : `nothing (${socket.ended ?? 'open'})`)
    return got
  }

  /** Notes all that comes to the end. An engine that does not wait for the answer to its close frame resets or not, as the
   * answer is late or not. */
  async rest (what, socket, ms) {
    let last
    for (let got; (got = await socket.next(ms)) !== undefined; last = got) this.note(what, this.#describe(got))
    const how = await socket.end(1)
    this.note(what, last?.first === CLOSE && how === 'reset' ? 'end' : how)
  }

  leave () {
    for (const socket of this.#sockets) socket.drop()
  }
}

/** How long one looks whether nothing happens, where an engine may be right to do nothing. */
const QUIET_MS = 700

function same (name, scenario) {
  test(name, async stage => {
    const sides = [new Side(stage.engine.program.url), new Side(stage.engine.url)]
    try {
      await Promise.all(sides.map(scenario))
    } finally {
      for (const side of sides) side.leave()
    }
    assert.ok(sides[0].seen.length > 0)
    assert.deepEqual(sides[1].seen, sides[0].seen)
  })
}

same('handshakes and refusals', async side => {
  const upgrade = await side.open('/')
  side.note('head', upgrade.head.split('\r\n').filter(line => !/^date:/i.test(line)).join(' | '))
  await side.refused('unknown path', '/nowhere')
  await side.refused('not a GET', '/', { method: 'POST' })
  await side.refused('HEAD', '/', { method: 'HEAD' })
  await side.refused('unknown channel', `/ws/channels/${randomUUID()}?key=${randomUUID()}&dir=read`)
  await side.refused('no key', `/ws/channels/${randomUUID()}?dir=read`)
  await side.refused('no direction', `/ws/channels/${randomUUID()}?key=a`)
  await side.refused('odd direction', `/ws/channels/${randomUUID()}?key=a&dir=both`)
  await side.refused('channel unnamed', '/ws/channels/?key=a&dir=read')
  await side.refused('odd escapes', '/ws/channels/%zz%00?key=%zz&dir=read')
  const worker = await side.worker()
  const { reader } = await side.channel(worker)
  await side.refused('wrong key', endOf({ ...reader, access_key: randomUUID() }))
  await side.refused('two headers of a name', '/nowhere', { headers: ['X-A: 1', 'X-A: 2', 'Accept: */*'] })
})

same('a session', async side => {
  const worker = await side.open('/?a=1&b=%20')
  await side.next('hello', worker)
  for (const text of ['', ' ', 'no JSON', '{"type":"unheard-of"}', '{"type":"registerfunction"}', '[]', '{"type":"ping"}']) worker.say(text)
  await side.next('after nonsense', worker)
  worker.send(BINARY, '{"type":"ping"}')
  await side.next('binary', worker)
  worker.write(Buffer.concat([frame(0x01, '{"type"'), frame(0x80, ':"ping"}')]))
  await side.next('in parts', worker)
  await side.register(worker, `${side.tag}::echo`, { metadata: { a: [1.0, 1e400, 'é'] } })
  worker.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id: `${side.tag}::echo`, data: { text: '\u0000é\ud83d\ude00', n: 12345678901234567890n.toString() } })
  const call = await side.next('its own call', worker)
  worker.say({ type: 'invocationresult', invocation_id: JSON.parse(call.payload).invocation_id, function_id: `${side.tag}::echo`, result: { ok: true } })
  await side.next('its answer', worker)
  worker.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id: `${side.tag}::absent`, data: null })
  await side.next('no such function', worker)
  worker.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id: 'engine::channels::create', data: { buffer_size: -1 } })
  await side.next('bad input', worker)
  worker.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id: 'engine::functions::list', data: { prefix: side.tag } })
  await side.next('a list', worker)
  worker.send(0x89, 'ping')
  worker.say('{"type":"ping"}')
  await side.next('pong', worker)
  while ((await worker.next()).first !== TEXT); // of two pongs in a row an engine may leave one out
  worker.send(CLOSE, closing(4321, 'enough'))
  await side.rest('closing', worker)
})

same('a call between two workers, and what the loss of either does', async side => {
  const [caller, executor] = [await side.worker(), await side.worker()]
  const function_id = `${side.tag}::slow`
  await side.register(executor, function_id)
  const call = data => caller.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id, data, baggage: 'a=b', metadata: { m: 1 } })
  const big = 'x'.repeat(3 << 20)
  call({ big })
  const invoked = await executor.hear()
  side.note('size', invoked.data.big.length)
  executor.say({ type: 'invocationresult', invocation_id: invoked.invocation_id, function_id, result: big })
  const answer = await caller.hear()
  side.note('size', answer.result.length)
  call([1])
  const refused = await executor.hear()
  executor.say({ type: 'invocationresult', invocation_id: refused.invocation_id, function_id, error: { code: 'mine', message: 'no', stacktrace: 'at' } })
  await side.next('error', caller)
  call([2])
  await executor.hear()
  executor.reset()
  await side.next('executor lost', caller)
})

same('messages of a channel, each with its bounds', async side => {
  const worker = await side.worker()
  const channel = await side.channel(worker)
  const [writer, reader] = await channel.ends()
  const many = Array.from({ length: 300 }, (_, n) => frame(n % 3 === 0 ? TEXT : BINARY, `message ${n}`))
  writer.write(Buffer.concat(many))
  for (let n = 0; n < many.length; n++) await side.next('of many', reader)
  const big = Buffer.alloc(3_000_000, 'abcdefg')
  writer.write(Buffer.concat([frame(TEXT), frame(BINARY), frame(BINARY, big), frame(0x01, 'in '), frame(0x89, 'between'), frame(0x00), frame(0x80, 'parts'), frame(BINARY, big.subarray(0, 65_536))]))
  for (let n = 0; n < 5; n++) await side.next('one', reader)
  await side.next('pong', writer)
  writer.send(CLOSE, closing(1000, 'stream_complete'))
  await side.rest('writer', writer)
  await side.rest('reader', reader)
})

same('a reader that comes late', async side => {
  const worker = await side.worker()
  const { writer: to, reader: from } = await side.channel(worker)
  const writer = await side.open(endOf(to))
  for (let n = 0; n < 10; n++) writer.say(`early ${n}`)
  writer.send(CLOSE)
  await side.rest('writer', writer)
  await side.rest('reader', await side.open(endOf(from)), QUIET_MS)
})

same('a writer that is held by a reader who does not read', async side => {
  const worker = await side.worker()
  const channel = await side.channel(worker)
  const [writer, reader] = await channel.ends()
  reader.tcp.pause()
  const piece = frame(BINARY, Buffer.alloc(65_536, 7))
  for (let n = 0; n < 600; n++) writer.write(piece)
  await new Promise(resolve => setTimeout(resolve, QUIET_MS)) // it has to be held that long
  side.note('held', writer.tcp.writableLength > 0)
  reader.tcp.resume()
  const hash = createHash('sha256')
  for (let n = 0; n < 600; n++) hash.update((await reader.next()).payload)
  side.note('all', hash.digest('hex'))
})

same('seconds at an end that is taken', async side => {
  const worker = await side.worker()
  const channel = await side.channel(worker)
  const [writer, reader] = await channel.ends()
  writer.say('first')
  await side.next('first reader', reader)
  await side.rest('second reader', await side.open(endOf(channel.reader)))
  await side.rest('second writer', await side.open(endOf(channel.writer)))
  writer.say('undisturbed')
  await side.next('first reader', reader)
})

for (const [how, leave] of [
  ['closes', socket => socket.send(CLOSE, closing(1001, 'away'))], ['is lost', socket => socket.drop()],
  ['is reset', socket => socket.reset()], ['ends its stream', socket => socket.tcp.end()],
]) {
  same(`a reader that ${how}`, async side => {
    const worker = await side.worker()
    const channel = await side.channel(worker)
    const [writer, reader] = await channel.ends()
    writer.say('one')
    await side.next('reader', reader)
    leave(reader)
    await new Promise(resolve => setTimeout(resolve, 50)) // what a stock engine sees of it, it sees by its next sends
    const timer = setInterval(() => writer.say('more'), 20)
    await side.rest('writer', writer)
    clearInterval(timer)
  })

  same(`a writer that ${how}`, async side => {
    const worker = await side.worker()
    const channel = await side.channel(worker)
    const [writer, reader] = await channel.ends()
    writer.say('one')
    await side.next('reader', reader)
    writer.write(frame(0x01, 'half of a message'))
    leave(writer)
    if (how === 'closes' || how === 'ends its stream') await side.rest('writer', writer)
    await side.rest('reader', reader)
  })

  same(`a worker that ${how}`, async side => {
    const worker = await side.worker()
    await side.register(worker, `${side.tag}::gone`)
    leave(worker)
    if (how === 'closes' || how === 'ends its stream') await side.rest('worker', worker)
    const other = await side.worker()
    for (let tries = 0; tries < 200; tries++) { // until the engine has noticed
      if ((await side.ask(other, 'engine::functions::list', { prefix: side.tag })).functions.length === 0) break
    }
    other.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id: `${side.tag}::gone`, data: {} })
    await side.next('afterwards', other)
  })
}

const broken = {
  'a reserved bit': frame(0xc1, 'x'),
  'a reserved opcode': frame(0x83, 'x'),
  'no mask': frame(TEXT, 'x', false),
  'a control frame in parts': frame(0x09, 'x'),
  'a long control frame': frame(0x89, 'x'.repeat(126)),
  'text that is no UTF-8': frame(TEXT, Buffer.from([0xff, 0xfe])),
  'a continuation of nothing': frame(0x80, 'x'),
  'a message within a message': Buffer.concat([frame(0x01, 'x'), frame(TEXT, 'y')]),
  'a close code that may not be sent': frame(CLOSE, closing(1006)),
  'a close frame of one byte': frame(CLOSE, 'x'),
  'a frame of 17 MiB': Buffer.concat([Buffer.from([BINARY, 0xff, 0, 0, 0, 0, 0x01, 0x10, 0, 0]), Buffer.alloc(100)]),
  'a length with its highest bit': Buffer.from([BINARY, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
}

for (const [what, bytes] of Object.entries(broken)) {
  same(`${what}, on each kind of socket`, async side => {
    const worker = await side.worker()
    const channel = await side.channel(worker)
    const [writer, reader] = await channel.ends()
    writer.say('before')
    await side.next('reader', reader)
    const victim = await side.worker()
    const telemetry = await side.open('/otel')
    for (const socket of [writer, victim, telemetry]) socket.write(bytes)
    await Promise.all([writer, victim, telemetry, reader].map(socket => socket.until(() => socket.ended, QUIET_MS)))
    await side.rest('writer', writer, 1)
    await side.rest('reader', reader, 1)
    await side.rest('worker', victim, 1)
    await side.rest('telemetry', telemetry, 1)
  })
}

same('telemetry', async side => {
  const telemetry = await side.open('/otel')
  telemetry.say('text')
  telemetry.send(BINARY, 'LOGS{}')
  telemetry.send(BINARY, 'else')
  telemetry.send(0x89, 'still there')
  await side.next('pong', telemetry)
  telemetry.send(CLOSE, closing(1000))
  await side.rest('telemetry', telemetry)
})

await run()
