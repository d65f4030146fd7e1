// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP triggers of a worker in Python, with curl. CODE_RUN: the interpreter that has its iii-sdk.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ask, curl, json } from './curl.mjs'
import { run, test, until, within } from './harness.mjs'

/** The worker in peers/answering.py. */
async function serve (stage) {
  const engine = await stage.httpEngine()
  const file = fileURLToPath(new URL('peers/answering.py', import.meta.url))
  const child = spawn(process.env.CODE_RUN, [file, engine.url], { stdio: ['pipe', 'pipe', 2], env: { ...process.env, OTEL_ENABLED: 'false' } })
  stage.defer(() => child.kill('SIGKILL'))
  await within(30_000, 'the worker is ready', once(child.stdout, 'data'))
  await until('its triggers are bound', async () => (await ask(`${engine.httpUrl}/ready`)).status === 200)
  return engine.httpUrl
}

test('a value, events, and an upload that is read as it comes', async stage => {
  const url = await serve(stage)
  assert.deepEqual(json(await ask(`${url}/users/7?a=b`)), { id: '7', a: 'b' })

  const events = await ask(`${url}/events`)
  assert.deepEqual([events.status, events.headers['content-type']], [200, 'text/event-stream'])
  assert.equal(events.body.toString(), 'data: 0\n\ndata: 1\n\ndata: 2\n\n')

  const child = curl('-X', 'POST', '-H', 'content-type: text/csv', '-T', '-', `${url}/rows`)
  const answer = []
  child.stdout.on('data', data => answer.push(data))
  for (let i = 0; i < 50; i++) child.stdin.write('1,two,three\n'.repeat(2000))
  child.stdin.end()
  await once(child, 'close')
  assert.deepEqual(JSON.parse(Buffer.concat(answer).toString()), { rows: 100_000 })
})

run()
