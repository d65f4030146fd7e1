// SPDX-License-Identifier: GPL-3.0-or-later
// Who takes part in a transfer is killed at a random moment of it, both directly at an engine and through a relay: who is
// left sees the same, and the relay's point says what happened. A writer, a reader and a worker lose their connections;
// a process (of a worker and its writer), a relay and an engine are killed as processes are.
//
// Environment: INTEROP_SEED repeats a run; INTEROP_KILLS (100) and INTEROP_SECONDS (600) bound it.
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findPoint, watch } from './feeds.mjs'
import { deferred, run, test, until, within } from './harness.mjs'
import { close, create, pathOf, pour } from './pouring.mjs'
import { BINARY, CLOSE, RawSocket } from './raw.mjs'

const KILLS = Number(process.env.INTEROP_KILLS ?? 100)
const SECONDS = Number(process.env.INTEROP_SECONDS ?? 600)
const SEED = Number(process.env.INTEROP_SEED ?? Date.now() % 1_000_000)
const MESSAGES = 200
const MODEL_MS = 2_000
const PATIENCE = Number(process.env.INTEROP_PATIENCE ?? 1) // of a build that is slow

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function numbers (seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const PEER = fileURLToPath(new URL('peers/pouring.mjs', import.meta.url))

/** One channel with all who take part. Nothing closes before the kill: of two ways one would be done and the other not. */
class Transfer {
  #killed = deferred()

  /** @isProcess: whether the worker and its writer are in a process of their own. */
  static async begin (url, sizes, isProcess) {
    const self = new Transfer()
    self.sizes = sizes
    self.refs = await (isProcess ? self.#fork(url) : self.#create(url))
    self.id = self.refs.reader.channel_id
    self.reader = await RawSocket.open(url, pathOf(self.refs.reader))
    if (isProcess) {
      self.process.send('pour')
      self.done = once(self.process, 'exit')
    } else {
      self.writer = await RawSocket.open(url, pathOf(self.refs.writer))
      self.done = Promise.all([pour(self.writer, sizes), self.#killed.promise]).then(() => close(self.writer))
    }
    return self
  }

  async #create (url) {
    const { worker, refs } = await create(url)
    this.worker = worker
    return refs
  }

  async #fork (url) {
    this.process = fork(PEER, [], { env: { ...process.env, III_URL: url }, stdio: ['ignore', 2, 2, 'ipc'] })
    this.process.send(this.sizes)
    const [refs] = await within(10_000 * PATIENCE, 'the process has its channel', once(this.process, 'message'))
    return refs
  }

  /** Its connection, or the process, is gone from now on; or the engine or relay that it had. */
  kill (kind, resets) {
    this.#killed.resolve()
    if (kind === 'engine' || kind === 'relay') return
    if (kind === 'process') this.process.kill('SIGKILL')
    else if (resets) this[kind].reset()
    else this[kind].drop()
  }

  /** What came is what was sent, as far as it came: whole messages in order. */
  check () {
    const got = this.reader.frames.filter(({ first }) => first === BINARY)
    for (const [n, { payload }] of got.entries()) {
      assert.equal(payload.length, this.sizes[n])
      assert.equal(payload.readUInt32LE(0), n)
    }
    return got.length
  }

  /** How it ended for one of them: its close frame, or none. Whether a reset follows is the kernel's affair. */
  async fate (who) {
    const socket = this[who]
    await socket.until(() => socket.ended, 5_000 * PATIENCE)
    const close = socket.frames.find(({ first }) => first === CLOSE)
    const code = close && (close.payload.length >= 2 ? close.payload.readUInt16BE(0) : 'no code')
    return `${who}: ${close ? `${code} ${close.payload.subarray(2)}` : 'no close'}, ${socket.ended ? 'over' : 'open'}`
  }

  leave () {
    this.process?.kill('SIGKILL')
    for (const socket of [this.worker, this.reader, this.writer]) socket?.drop()
  }
}

const KINDS = ['writer', 'reader', 'worker', 'process', 'relay', 'engine']

/** Those that are left see the end of the stream. */
const survivors = {
  writer: ['reader'],
  reader: ['writer'],
  worker: ['reader', 'writer'],
  process: ['reader'],
  relay: ['reader', 'writer', 'worker'],
  engine: ['reader', 'writer', 'worker'],
}

/** What the model has to say of the channel then. */
const models = {
  writer: ({ ended }) => ended?.by === 'writer-lost' || ended?.by === 'writer',
  reader: ({ state, ended }) => state === 'reader-gone' || ['reader', 'writer'].includes(ended?.by),
  worker: ({ ended }) => ended?.by === 'writer',
  process: ({ ended }) => ended?.by === 'writer-lost',
}

class Watcher {
  constructor (stage) {
    this.stage = stage
    this.iii = stage.worker('observer', { url: stage.engine.program.url, reconnectionConfig: { initialDelayMs: 50, maxDelayMs: 200 } })
  }

  async start () {
    await until('the watch', async () => {
      const point = await findPoint(this.stage, this.iii).catch(() => undefined)
      this.feed = point && await watch(this.iii, point).catch(() => undefined)
      return this.feed
    }, 20_000 * PATIENCE)
  }
}

const descriptors = pid => readdirSync(`/proc/${pid}/fd`).length
const memory = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024

async function round (stage, watcher, random, kind) {
  const sizes = Array.from({ length: MESSAGES }, () => 4 + Math.floor(random() ** 4 * 70_000))
  const after = Math.floor(random() * MESSAGES)
  const resets = random() < 0.5
  const { engine } = stage
  const ways = await Promise.all([engine.program.url, engine.url].map(url => Transfer.begin(url, sizes, kind === 'process')))
  const [direct, through] = ways

  await Promise.all(ways.map(way => way.reader.until(() => way.reader.frames.length >= after || way.reader.ended)))
  if (kind === 'engine') await engine.kill()
  if (kind === 'relay') await engine.replaceRelay()
  for (const way of ways) way.kill(kind, resets)

  const fates = await Promise.all(ways.map(async way => {
    if (kind === 'relay' && way === direct) return way.done
    const fates = []
    for (const who of survivors[kind]) fates.push(await way.fate(who))
    return fates
  }))
  // A lost relay is a lost engine; who was done before has had its close frame.
  if (kind === 'relay') assert.deepEqual(fates[1].filter(fate => !/: no close, over$|^reader: no code , over$|^writer: 1000 .*over$/.test(fate)), [])
  else assert.deepEqual(fates[1], fates[0])
  const n = through.check()
  direct.check()
  if (kind === 'worker') assert.equal(n, MESSAGES)
  if (models[kind]) {
    const says = () => watcher.feed.info(through.id)
    await until('the model is right', () => says() && models[kind](says()), MODEL_MS * PATIENCE).catch(error => {
      error.message += `: ${JSON.stringify(says())}`
      throw error
    })
  }
  for (const way of ways) {
    way.leave()
    await way.done
  }
  if (kind === 'engine') await stage.startEngine(engine.address)
  if (kind === 'engine' || kind === 'relay') await watcher.start()
  const info = watcher.feed.info(through.id)
  if (kind === 'relay') assert.equal(info, undefined)
  if (kind === 'engine') assert.ok(info === undefined || info.state === 'closed', JSON.stringify(info))
}

test(`random kills, seed ${SEED}`, async stage => {
  const random = numbers(SEED)
  const watcher = new Watcher(stage)
  const end = Date.now() + SECONDS * 1000
  const counts = {}
  let base

  await watcher.start()
  for (let n = 0; n < KILLS && Date.now() < end; n++) {
    const kind = n < KINDS.length ? KINDS[n] : KINDS[Math.floor(random() * KINDS.length)]
    const { pid } = stage.engine.nearest.process
    try {
      await round(stage, watcher, random, kind)
    } catch (error) {
      error.message = `kill ${n}, of the ${kind}: ${error.message}`
      throw error
    }
    counts[kind] = (counts[kind] ?? 0) + 1
    const now = stage.engine.nearest.process.pid
    if (pid !== now) base = undefined
    base ??= await until('its connections are gone', () => descriptors(now) < 40 && { files: descriptors(now), mib: memory(now) })
    await until(`kill ${n}, of the ${kind}: ${descriptors(now)} descriptors are ${base.files} again`, () => descriptors(now) <= base.files)
    assert.ok(memory(now) < base.mib + 100, `${memory(now)} MiB, which were ${base.mib}`)
  }
  console.log(`killed ${JSON.stringify(counts)}`)
}, (SECONDS + 60) * 1000)

await run()
