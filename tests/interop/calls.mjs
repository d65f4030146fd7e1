// SPDX-License-Identifier: GPL-3.0-or-later
// Invocations and how they fail.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { better, deferred, registered, rejection, run, sdk, test, until, within } from './harness.mjs'

const { TriggerAction } = sdk

test('a call between workers: its payload, its result, who called', async stage => {
  const callee = stage.worker('callee')
  const caller = stage.worker('caller')
  callee.registerFunction('echo::it', async input => ({ got: input }))
  await registered(callee, 'echo::it')

  const payload = { text: 'ö\u0000\u{1F30A}', numbers: [0.1, 1e300, -0.5], nested: { list: [[], {}, null, true] } }
  const { got } = await caller.trigger({ function_id: 'echo::it', payload })
  const { _caller_worker_id: id, ...rest } = got
  assert.deepEqual(rest, payload)
  assert.match(id, /^[0-9a-f-]{36}$/)
  const { workers } = await caller.trigger({ function_id: 'engine::workers::list', payload: {} })
  assert.equal(workers.find(worker => worker.id === id)?.name, 'caller')
})

test('a void call arrives and is not answered', async stage => {
  const iii = stage.worker('void')
  const arrived = deferred()
  iii.registerFunction('void::take', async input => arrived.resolve(input.n))
  await registered(iii, 'void::take')
  await iii.trigger({ function_id: 'void::take', payload: { n: 7 }, action: TriggerAction.Void() })
  assert.equal(await within(5_000, 'the call', arrived.promise), 7)
})

better('a call without a payload is a call with null', 'the stock engine cannot read a message without data', async stage => {
  const iii = stage.worker('empty')
  iii.registerFunction('empty::take', async input => ({ got: input }))
  await registered(iii, 'empty::take')
  assert.deepEqual(await iii.trigger({ function_id: 'empty::take' }), { got: null })
})

test('functions-available tells a bound function of new functions', async stage => {
  const watcher = stage.worker('watcher')
  const seen = deferred()
  watcher.registerFunction('watcher::changed', async ({ event, functions }) => {
    if (event === 'functions_changed' && functions.some(f => f.function_id === 'brand::new')) seen.resolve()
  })
  watcher.registerTrigger({ type: 'engine::functions-available', function_id: 'watcher::changed', config: {} })
  await registered(watcher, 'watcher::changed')
  stage.worker('newcomer').registerFunction('brand::new', async () => null)
  await within(10_000, 'the event', seen.promise)
})

test('an unknown function: function_not_found', async stage => {
  const iii = stage.worker('caller')
  const error = await rejection(iii.trigger({ function_id: 'no::such', payload: {} }))
  assert.equal(error.code, 'function_not_found')
  assert.match(error.message, /no::such/)
})

test('an unregistered function is not found any more', async stage => {
  const iii = stage.worker('fickle')
  const handle = iii.registerFunction('here::today', async () => 'yes')
  await registered(iii, 'here::today')
  assert.equal(await iii.trigger({ function_id: 'here::today', payload: {} }), 'yes')
  handle.unregister()
  const call = () => iii.trigger({ function_id: 'here::today', payload: {} }).then(() => undefined, error => error)
  assert.equal((await until('it is gone', call)).code, 'function_not_found')
})

test('a handler that throws: invocation_failed, with its message', async stage => {
  const iii = stage.worker('thrower')
  iii.registerFunction('fails::always', async () => { throw new Error('out of water') })
  await registered(iii, 'fails::always')
  const error = await rejection(iii.trigger({ function_id: 'fails::always', payload: {} }))
  assert.equal(error.code, 'invocation_failed')
  assert.match(error.message, /out of water/)
})

test('the executor dies: invocation_stopped', async stage => {
  const iii = stage.worker('caller')
  const doomed = await stage.peer('doomed')
  const call = rejection(iii.trigger({ function_id: 'doomed::work', payload: {} }))
  await within(5_000, 'the call has begun', once(doomed, 'message'))
  doomed.kill('SIGKILL')
  assert.equal((await within(5_000, 'the call ends', call)).code, 'invocation_stopped')
})

await run()
