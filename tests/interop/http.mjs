// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP triggers, with curl: what the documentation shows of channels and HTTP, and what becomes of it when an end is slow or
// goes. Against another engine with III_ENGINE_URL and III_ENGINE_HTTP_URL; INTEROP_MEGABYTES makes the download long.
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { ask, curl, json } from './curl.mjs'
import { better, deferred, registered, run, sdk, test, until, within } from './harness.mjs'

const { http } = sdk
const megabyte = Buffer.alloc(1 << 20, 'Weir ')

/** An engine with HTTP and a worker whose functions are bound to paths: `bind(id, 'GET /path', function)`. */
async function serve (stage) {
  const engine = await stage.httpEngine()
  const iii = stage.worker('http', { url: engine.url })
  const bind = async (id, route, handler) => {
    const [http_method, api_path] = route.split(' ')
    iii.registerFunction(id, handler)
    iii.registerTrigger({ type: 'http', function_id: id, config: { api_path, http_method } })
    await registered(iii, id)
  }
  return { engine, iii, bind, url: engine.httpUrl }
}

const isOurs = process.env.III_ENGINE_URL === undefined

/** Memory that the engine holds, in KiB. */
async function resident (engine) {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${engine.process.pid}/status`, 'utf8'))[1])
}

/** Whether that says something: not of another's engine, nor under a sanitizer, which keeps what was freed. */
const canMeasure = async engine => isOurs && !/lib[at]san/.test(await readFile(`/proc/${engine.process.pid}/maps`, 'utf8'))

test('a file download, in constant memory', async stage => {
  const { engine, bind, url } = await serve(stage)
  const n = Number(process.env.INTEROP_MEGABYTES ?? 64)
  const measures = await canMeasure(engine)
  const before = measures ? await resident(engine) : 0
  let most = 0
  await bind('files::download', 'GET /files/:name', http(async (req, res) => {
    res.status(200)
    res.headers({ 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${req.path_params.name}"` })
    await pipeline(async function * () {
      for (let i = 0; i < n; i++) yield megabyte
    }, res.stream)
  }))
  const child = curl(`${url}/files/report.bin`)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of child.stdout) {
    hash.update(chunk)
    bytes += chunk.length
    if (measures && bytes % 64 === 0) most = Math.max(most, await resident(engine))
  }
  const wanted = createHash('sha256')
  for (let i = 0; i < n; i++) wanted.update(megabyte)
  assert.equal(bytes, n * megabyte.length)
  assert.equal(hash.digest('hex'), wanted.digest('hex'))
  if (measures) most = Math.max(most, await resident(engine))
  assert.ok(most - before < 24 * 1024, `grew from ${before} KiB to ${most} KiB`)
}, 120_000)

test('server-sent events arrive as they are written', async stage => {
  const { bind, url } = await serve(stage)
  const heard = [deferred(), deferred(), deferred()]
  await bind('events', 'GET /events', http(async (_req, res) => {
    res.status(200)
    res.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (const [i, { promise }] of heard.entries()) {
      res.stream.write(`data: ${i}\n\n`)
      await promise // the next is not written before this one has been heard
    }
    res.stream.end()
  }))
  const child = curl(`${url}/events`)
  let text = ''
  child.stdout.on('data', data => {
    text += data
    for (let i = 0; i < text.split('\n\n').length - 1; i++) heard[i].resolve()
  })
  const [code] = await within(20_000, 'curl ends', once(child, 'close'))
  assert.equal(code, 0)
  assert.equal(text, 'data: 0\n\ndata: 1\n\ndata: 2\n\n')
})

test('a large CSV upload is parsed while it comes, and a slow function holds the client', async stage => {
  const { bind, url } = await serve(stage)
  const go = deferred()
  let rows = 0
  await bind('csv::import', 'POST /import', http(async (req, res) => {
    let rest = ''
    for await (const chunk of req.request_body.stream) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()
      rows += lines.length
      if (rows < 2000) continue
      await go.promise
    }
    res.status(200)
    res.headers({ 'content-type': 'application/json' })
    res.stream.end(JSON.stringify({ rows }))
  }))
  const row = `1,two,${'x'.repeat(90)}\n`
  const child = curl('-X', 'POST', '-H', 'content-type: text/csv', '-T', '-', `${url}/import`)
  const answer = []
  child.stdout.on('data', data => answer.push(data))
  const block = row.repeat(1000)
  let blocks = 0
  let held = false
  while (!held && blocks < 1000) { // 100 MB, far more than lies on the way
    blocks++
    if (!child.stdin.write(block)) held = !await Promise.race([once(child.stdin, 'drain'), new Promise(resolve => setTimeout(resolve, 1000, false))])
  }
  assert.ok(held, 'curl took everything')
  assert.ok(rows >= 2000, 'nothing was parsed before the end of the body')
  go.resolve()
  child.stdin.end()
  await once(child, 'close')
  assert.deepEqual(JSON.parse(Buffer.concat(answer).toString()), { rows: blocks * 1000 })
})

test('a pipeline: what one function writes another reads, and its answer is HTTP\'s', async stage => {
  const { iii, bind, url } = await serve(stage)
  iii.registerFunction('pipeline::total', async input => {
    const chunks = []
    for await (const chunk of input.reader.stream) chunks.push(chunk)
    return { total: JSON.parse(Buffer.concat(chunks).toString()).reduce((sum, { value }) => sum + value, 0) }
  })
  await bind('pipeline::start', 'POST /pipeline', async req => {
    const channel = await sdk.createChannel(iii)
    channel.writer.stream.end(Buffer.from(JSON.stringify(req.body.records)))
    return { status_code: 201, body: await iii.trigger({ function_id: 'pipeline::total', payload: { reader: channel.readerRef } }) }
  })
  const records = Array.from({ length: 1000 }, (_, value) => ({ value }))
  const answer = await ask('-H', 'content-type: application/json', '-d', JSON.stringify({ records }), `${url}/pipeline`)
  assert.equal(answer.status, 201)
  assert.deepEqual(json(answer), { total: 499_500 })
})

test('both ways at once: each piece comes back before the next is sent', async stage => {
  const { bind, url } = await serve(stage)
  await bind('upper', 'POST /upper', http(async (req, res) => {
    res.status(200)
    res.headers({ 'content-type': 'text/plain' })
    for await (const chunk of req.request_body.stream) res.stream.write(chunk.toString().toUpperCase())
    res.stream.end()
  }))
  const client = request(`${url}/upper`, { method: 'POST', headers: { 'content-type': 'text/plain' } }) // curl sends or listens
  let text = ''
  client.on('response', response => response.on('data', data => { text += data }))
  for (const piece of ['one ', 'two ', 'three']) {
    client.write(piece)
    await until(`${piece} is back`, () => text.endsWith(piece.toUpperCase()))
  }
  client.end()
  await within(10_000, 'it is over', once(client, 'close'))
  assert.equal(text, 'ONE TWO THREE')
})

test('status and headers, values, errors, 404', async stage => {
  const { bind, url } = await serve(stage)
  await bind('users::get', 'GET /users/:id', async req => ({ headers: { 'x-of': 'b' }, body: { id: req.path_params.id, q: req.query_params, path: req.path } }))
  await bind('users::teapot', 'GET /teapot', http(async (_req, res) => {
    res.status(418)
    res.headers({ 'x-of': 'c' })
    res.stream.end('short and stout')
  }))
  await bind('users::fail', 'GET /fail', async () => { throw new Error('There is no such user') })
  const value = await ask(`${url}/users/7?q=1&q=2`)
  assert.deepEqual([value.status, value.headers['x-of'], value.headers['content-type']], [200, 'b', 'application/json'])
  assert.deepEqual(json(value), { id: '7', q: { q: '2' }, path: '/users/:id' })
  const teapot = await ask(`${url}/teapot`)
  assert.deepEqual([teapot.status, teapot.headers['x-of'], teapot.body.toString()], [418, 'c', 'short and stout'])
  const failed = await ask(`${url}/fail`)
  assert.equal(failed.status, 500)
  assert.equal(json(failed).error.message, 'There is no such user')
  const missing = await ask(`${url}/nothing`)
  assert.equal(missing.status, 404)
  assert.equal(json(missing).error.code, 'NOT_FOUND')
})

better('a client that goes is noticed while nothing is written', 'it is noticed at the next write', async stage => {
  const { engine, bind, url } = await serve(stage)
  const over = deferred()
  await bind('quiet', 'GET /quiet', http(async (_req, res) => {
    res.stream.write('tick\n')
    await over.promise
  }))
  const child = curl(`${url}/quiet`)
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await until('its writer is told', () => /its reader left after 1 of 1 messages; the writer is told with Close 1001 reader_left/.test(engine.log))
  over.resolve()
})

better('an answer whose writer dies is visibly not whole', 'it ends as if it were complete', async stage => {
  const { engine, url } = await serve(stage)
  const file = fileURLToPath(new URL('peers/pouring-http.mjs', import.meta.url))
  const worker = fork(file, [], { env: { ...process.env, III_URL: engine.url }, stdio: ['ignore', 2, 2, 'ipc'] })
  stage.defer(() => worker.kill('SIGKILL'))
  await within(15_000, 'the worker is ready', once(worker, 'message'))
  await until('it is bound', async () => (await ask(`${url}/ready`)).status === 200)
  const child = curl(`${url}/pour`)
  await once(child.stdout, 'data')
  child.stdout.resume()
  worker.kill('SIGKILL')
  const [code] = await once(child, 'close')
  assert.equal(code, 18) // "transfer closed with outstanding read data remaining"
})

run()
