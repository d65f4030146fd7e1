// SPDX-License-Identifier: GPL-3.0-or-later
// An engine that wants a token: the two ways in which an unmodified worker gives it, and its channels behind that.
import assert from 'node:assert/strict'
import { outcome, registered, run, sdk, test } from './harness.mjs'

const { ChannelReader, createChannel } = sdk
const token = 'a-token/with+signs'

const ways = {
  'in its address': url => ({ url: `${url}?token=${encodeURIComponent(token)}` }),
  'in its address, behind a slash': url => ({ url: `${url}/?token=${encodeURIComponent(token)}` }),
  'in a header': url => ({ url, headers: { Authorization: `Bearer ${token}` } }),
}

for (const [way, options] of Object.entries(ways)) {
  test(`a worker gives its token ${way}, and its channels work`, async stage => {
    const { url } = await stage.guardedEngine(token)
    const caller = stage.worker('caller', options(url))
    const executor = stage.worker('executor', options(url))
    executor.registerFunction('text::length', async ({ input }) => (await input.readAll()).length)
    await registered(executor, 'text::length')

    const { readerRef, writer } = await createChannel(caller)
    writer.stream.end('hello')
    assert.equal(await caller.trigger({ function_id: 'text::length', payload: { input: readerRef } }), 5)
  })
}

test('a wrong token and none are answered 401; a token opens no channel', async stage => {
  const { url } = await stage.guardedEngine(token)
  const caller = stage.worker('caller', ways['in a header'](url))
  const { readerRef } = await createChannel(caller)
  const socket = tail => outcome(new sdk.WebSocket(url + tail).on('error', () => {}))

  assert.deepEqual(await socket('/'), { status: 401 })
  assert.deepEqual(await socket('/?token=wrong'), { status: 401 })
  const forged = { ...readerRef, access_key: 'wrong' }
  const reader = new ChannelReader(`${url}?token=${encodeURIComponent(token)}`, forged)
  await assert.rejects(reader.readAll(), /404/)
})

await run()
