// SPDX-License-Identifier: GPL-3.0-or-later
// A relay before an engine that speaks TLS: what stands before it has a certificate that is made here, and trusted by name
// alone.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { call } from './feeds.mjs'
import { outcome, registered, run, sdk, test, until } from './harness.mjs'

const folder = mkdtempSync(join(tmpdir(), 'weir-tls-'))
const [key, certificate] = ['key.pem', 'certificate.pem'].map(name => join(folder, name))
process.on('exit', () => rmSync(folder, { recursive: true }))
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
  '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' })

/** TLS before the engine. */
async function front (stage) {
  const { hostname, port } = new URL(stage.engine.url)
  const sockets = new Set()
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, near => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    near.pipe(far).pipe(near)
  })
  server.on('tlsClientError', () => {})
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  stage.defer(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `wss://127.0.0.1:${server.address().port}`
}

test('workers, channels and the relay itself reach an engine behind TLS', async stage => {
  const relay = await stage.relay(await front(stage), ['--tls-ca', certificate])
  const worker = stage.worker('behind', { url: relay.url })
  const other = stage.worker('beside')
  worker.registerFunction('tls::hash', async ({ reader }) => {
    const hash = createHash('sha256')
    for await (const chunk of reader.stream) hash.update(chunk)
    return hash.digest('hex')
  })
  await registered(other, 'tls::hash')
  for (const sender of [other, worker]) { // one end through the relay, and both
    const data = randomBytes(5_000_000)
    const channel = await sdk.createChannel(sender)
    const answer = call(sender, 'tls::hash', { reader: channel.readerRef })
    channel.writer.stream.end(data)
    assert.equal(await answer, createHash('sha256').update(data).digest('hex'))
  }
  await until('the relay is a point', async () => {
    const { functions } = await call(other, 'engine::functions::list', { include_internal: true })
    return functions.some(f => f.function_id === 'weir::number-9::watch')
  })
})

test('a certificate that nobody vouches for is refused, and the worker is told', async stage => {
  const relay = await stage.relay(await front(stage), [])
  const ws = stage.socket('/', undefined, relay.url)
  assert.deepEqual(await outcome(ws), { status: 502 })
  await until('it says why', () => /certificate/i.test(relay.log))
})

await run()
