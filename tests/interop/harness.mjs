// SPDX-License-Identifier: GPL-3.0-or-later
// What every scenario shares: the SDK under test, a real engine for each test, waiting with a limit, and TAP.
//
// Environment: INTEROP_SDK, the index.mjs of an installed SDK; WEIR_ENGINE, the program; INTEROP_RELAYS, how many relays
// stand in a row before each engine (none), and WEIR_RELAY, their program; III_ENGINE_URL, an engine that runs already and
// takes the place of each that a test would start, and III_ENGINE_HTTP_URL, where its HTTP triggers are.
import { fork, spawn } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'

globalThis.crypto ??= webcrypto // the SDK expects it there; Debian 12's Node 18 has it only in the module
console.log = console.debug = console.info = console.error // stdout is TAP's
const say = line => process.stdout.write(`${line}\n`)

export const sdk = await import(pathToFileURL(process.env.INTEROP_SDK))

const LIMIT_MS = 60_000

/** Resolves as `promise` does, or rejects once `ms` have passed. */
export async function within (ms, what, promise) {
  let timer
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks `probe` until it answers with something true. */
export async function until (what, probe, ms = 10_000) {
  const end = Date.now() + ms
  for (;;) {
    const answer = await probe()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** A promise with its handles outside. */
export function deferred () {
  const result = {}
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }))
  return result
}

/** A server of ours that has said where it listens. */
class Program {
  constructor (name, path, args, env = process.env) {
    this.name = name
    this.point = new RegExp(`(^|::)weir::${name}-[a-z0-9-]+::[a-z]+$`) // its functions
    this.process = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.exit = once(this.process, 'exit')
    this.log = ''
    this.process.stderr.on('data', data => { this.log += data })
  }

  async listening () {
    const addresses = deferred()
    const wanted = this.process.spawnargs.includes('--http') ? 2 : 1
    const said = []
    createInterface({ input: this.process.stdout }).on('line', line => {
      const match = /: (?:listening on|HTTP triggers at) (\S+)/.exec(line)
      if (match && said.push(match[1]) === wanted) addresses.resolve()
    })
    this.exit.then(([code]) => addresses.reject(new Error(`${this.name} ended with ${code} before it listened\n${this.log}`)))
    await within(10_000, `${this.name} listens`, addresses.promise)
    ;[this.url, this.httpUrl] = said
    return this
  }

  async kill () {
    this.process.kill('SIGKILL')
    await this.exit
  }

  /** Asks it to end, as a service manager does: it must close its sockets and exit with 0. */
  async stop () {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM')
    const [code, signal] = await within(10_000, `${this.name} ends after SIGTERM`, this.exit)
    if (code !== 0) throw new Error(`${this.name} ended with ${signal ?? code}`)
  }
}

/** One that somebody else has started. */
const running = url => ({
  name: 'the engine', point: /$^/, log: '', process: {}, url, httpUrl: process.env.III_ENGINE_HTTP_URL, stop () {}, kill () {},
})

/** An engine, perhaps with relays before it: its `url` is where workers connect. */
class Engine {
  /** @relays: of an engine that was at the same place. */
  static async start (listen = '127.0.0.1:0', token = undefined, options = [], relays = []) {
    const engine = new Engine()
    const env = token === undefined ? process.env : { ...process.env, WEIR_TOKEN: token }
    const url = process.env.III_ENGINE_URL
    engine.program = url ? running(url) : await new Program('weir-engine', process.env.WEIR_ENGINE, ['--listen', listen, ...options], env).listening()
    engine.relays = relays
    for (let i = relays.length; i < Number(process.env.INTEROP_RELAYS ?? 0); i++) engine.relays.push(await Engine.startRelay(i, engine.url))
    return engine
  }

  /** The @i-th relay, whose upstream is @url. */
  static async startRelay (i, url, listen = '127.0.0.1:0', options = []) {
    const args = ['--listen', listen, '--upstream', url, '--name', `number-${i}`, ...options]
    const relay = await new Program('weir-relay', process.env.WEIR_RELAY, args).listening()
    relay.point = new RegExp(`(^|::)weir::number-${i}::[a-z]+$`)
    return relay
  }

  /** Kills the only relay, and starts it again where it was. */
  async replaceRelay () {
    const { host } = new URL(this.nearest.url)
    await this.nearest.kill()
    this.relays = [await Engine.startRelay(0, this.program.url, host)]
  }

  /** What workers connect to. */
  get nearest () {
    return this.relays.at(-1) ?? this.program
  }

  get url () {
    return this.nearest.url
  }

  get httpUrl () {
    return this.program.httpUrl
  }

  get process () {
    return this.program.process
  }

  get log () {
    return [this.program, ...this.relays].map(({ name, log }) => `${name}:\n${log}`).join('')
  }

  /** Of the engine itself. */
  get address () {
    return new URL(this.program.url).host
  }

  kill () {
    return this.program.kill()
  }

  async stop () {
    for (const program of [...this.relays.slice().reverse(), this.program]) await program.stop()
  }
}

/** What a test gets: an engine of its own, and makers of things that end with the test. */
class Stage {
  #ends = []

  async startEngine (listen) {
    this.engine = await Engine.start(listen, undefined, [], listen && this.engine ? this.engine.relays : [])
    return this.engine
  }

  /** One more engine, that wants a token; it ends with the test. */
  async guardedEngine (token) {
    const engine = await Engine.start(undefined, token)
    this.#ends.push(() => engine.stop())
    return engine
  }

  /** One more engine, that lets its observers do everything; it ends with the test. */
  async permissiveEngine () {
    const engine = await Engine.start(undefined, undefined, ['--permit', 'see,read,reveal,interfere'])
    this.#ends.push(() => engine.stop())
    return engine
  }

  /** One more engine, that serves HTTP: at its `httpUrl`; it ends with the test. */
  async httpEngine (options = []) {
    const engine = await Engine.start(undefined, undefined, ['--http', '127.0.0.1:0', ...options])
    this.#ends.push(() => engine.stop())
    return engine
  }

  /** One more relay, before whatever is at @url; it ends with the test. */
  async relay (url, options) {
    const relay = await Engine.startRelay(9, url, undefined, options)
    this.#ends.push(() => relay.stop())
    return relay
  }

  /** A worker of the SDK, made as its documentation makes one. */
  worker (name, { url = this.engine.url, ...options } = {}) {
    const iii = sdk.registerWorker(url, { workerName: name, ...options })
    this.#ends.push(() => iii.shutdown())
    return iii
  }

  /** A worker in a process of its own: peers/NAME.mjs. Resolves when its functions are registered. */
  async peer (name) {
    const file = fileURLToPath(new URL(`peers/${name}.mjs`, import.meta.url))
    const child = fork(file, [], { env: { ...process.env, III_URL: this.engine.url }, stdio: ['ignore', 2, 2, 'ipc'] })
    this.#ends.push(() => child.kill('SIGKILL'))
    await within(15_000, `peer ${name} is ready`, once(child, 'message'))
    return child
  }

  /** A raw WebSocket, for what the SDK does not let one see. */
  socket (path, options, url = this.engine.url) {
    const ws = new sdk.WebSocket(url + path, options)
    ws.on('error', () => {})
    this.#ends.push(() => ws.terminate())
    return ws
  }

  defer (end) {
    this.#ends.push(end)
  }

  async end () {
    for (const end of this.#ends.reverse()) await end()
    await this.engine.stop()
  }
}

/** The path of one end of a channel, from its ref. */
export const endOf = (ref, direction = ref.direction) =>
  `/ws/channels/${ref.channel_id}?key=${encodeURIComponent(ref.access_key)}&dir=${direction}`

/** Waits until the engine knows these functions: registering is not acknowledged. */
export function registered (iii, ...ids) {
  return until(`${ids.join(', ')} registered`, async () => {
    const { functions } = await iii.trigger({ function_id: 'engine::functions::list', payload: {} })
    return ids.every(id => functions.some(f => f.function_id === id))
  })
}

/** The error that a promise rejects with. */
export async function rejection (promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** How a WebSocket ends: {status} refused with HTTP, {code, reason, messages} closed. */
export function outcome (ws) {
  const messages = []
  ws.on('message', (data, isBinary) => messages.push(isBinary ? data : data.toString()))
  return within(10_000, 'the socket ends', new Promise(resolve => {
    ws.on('unexpected-response', (_request, response) => resolve({ status: response.statusCode }))
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString(), messages }))
  }))
}

const tests = []

/** Declares a test; `run` reports them all. */
export function test (name, body, limit = LIMIT_MS) {
  tests.push({ name, body, limit })
}

/** One that the stock engine cannot pass: @fault says why. It is for engines of ours. */
export function better (name, fault, body) {
  tests.push({ name, body, limit: LIMIT_MS, skip: process.env.III_ENGINE_URL && fault })
}

export async function run () {
  let failed = 0
  say(`1..${tests.length}`)
  for (const [index, { name, body, limit, skip }] of tests.entries()) {
    if (skip) {
      say(`ok ${index + 1} - ${name} # SKIP ${skip}`)
      continue
    }
    const stage = new Stage()
    const errors = []
    try {
      await stage.startEngine()
      await within(limit, name, body(stage))
    } catch (error) {
      errors.push(error)
    }
    if (stage.engine) await stage.end().catch(error => errors.push(error))
    say(`${errors.length > 0 ? 'not ok' : 'ok'} ${index + 1} - ${name}`)
    for (const error of errors) {
      for (const line of `${error.stack}\n--- said by ${stage.engine?.log ?? 'nobody'}`.split('\n')) say(`# ${line}`)
    }
    if (errors.length > 0) failed++
  }
  process.exit(failed > 0 ? 1 : 0) // whatever an SDK may have left running
}
