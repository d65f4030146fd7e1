// SPDX-License-Identifier: GPL-3.0-or-later
// A worker whose connection breaks comes back and is the same to everyone else.
import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { deferred, registered, rejection, run, sdk, test, until, within } from './harness.mjs'

const QUICK = { reconnectionConfig: { initialDelayMs: 50, maxDelayMs: 200 } }

/** A wire that can break: the worker's side breaks, and the engine's only if told so. */
async function breakableWire (stage) {
  const { hostname, port } = new URL(stage.engine.url)
  const wires = []
  const server = createServer(near => {
    const far = connect(Number(port), hostname)
    near.pipe(far)
    far.pipe(near)
    near.on('error', () => {})
    far.on('error', () => {})
    wires.push({ near, far })
  }).listen(0, '127.0.0.1')
  await within(5_000, 'the wire is there', new Promise(resolve => server.on('listening', resolve)))
  stage.defer(() => {
    for (const { near, far } of wires) near.destroy() && far.destroy()
    server.close()
  })
  return {
    url: `ws://127.0.0.1:${server.address().port}`,
    cut ({ engineNotices }) {
      for (const { near, far } of wires.splice(0)) {
        near.unpipe(far)
        far.unpipe(near)
        near.destroy()
        if (engineNotices) far.destroy()
        else stage.defer(() => far.destroy())
      }
    },
  }
}

const named = async (iii, name) => {
  const { workers } = await iii.trigger({ function_id: 'engine::workers::list', payload: {} })
  return workers.filter(worker => worker.name === name).map(worker => worker.id)
}

test('after a broken connection its functions are there again', async stage => {
  const wire = await breakableWire(stage)
  const caller = stage.worker('caller')
  const worker = stage.worker('returning', { url: wire.url, ...QUICK })
  worker.registerFunction('still::here', async () => 'yes')
  await registered(caller, 'still::here')
  const [before] = await until('it is announced', async () => (await named(caller, 'returning')).length === 1 && named(caller, 'returning'))

  wire.cut({ engineNotices: true })
  const after = await until('it has come back as another', async () => {
    const ids = await named(caller, 'returning')
    return ids.length === 1 && ids[0] !== before && ids[0]
  })
  assert.notEqual(after, before)
  assert.equal(await caller.trigger({ function_id: 'still::here', payload: {} }), 'yes')
})

if (sdk.reattaches) {
  test('reattach: the engine drops the old connection that it still believes in', async stage => {
    const wire = await breakableWire(stage)
    const caller = stage.worker('caller')
    const worker = stage.worker('returning', { url: wire.url, ...QUICK })
    const begun = deferred()
    worker.registerFunction('still::here', async () => 'yes')
    worker.registerFunction('never::done', async () => {
      begun.resolve()
      await new Promise(() => {})
    })
    await registered(caller, 'still::here', 'never::done')
    const [before] = await until('it is announced', async () => (await named(caller, 'returning')).length === 1 && named(caller, 'returning'))
    const stopped = rejection(caller.trigger({ function_id: 'never::done', payload: {} }))
    await within(5_000, 'the call has begun', begun.promise)

    wire.cut({ engineNotices: false })
    assert.equal((await within(10_000, 'what it was doing is stopped', stopped)).code, 'invocation_stopped')
    const ids = await until('it has come back', async () => {
      const now = await named(caller, 'returning')
      return now.length > 0 && now[0] !== before && now
    })
    assert.equal(ids.length, 1)
    await registered(caller, 'still::here', 'never::done')
    assert.equal(await caller.trigger({ function_id: 'still::here', payload: {} }), 'yes')
  })
}

test('the engine is killed and started again: the worker comes back to it', async stage => {
  const worker = stage.worker('survivor', QUICK)
  worker.registerFunction('still::here', async () => 'yes')
  await registered(worker, 'still::here')
  const { address } = stage.engine

  await stage.engine.kill()
  await stage.startEngine(address)
  const caller = stage.worker('caller')
  await registered(caller, 'still::here')
  assert.equal(await caller.trigger({ function_id: 'still::here', payload: {} }), 'yes')
})

await run()
