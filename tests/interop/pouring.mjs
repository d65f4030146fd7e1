// SPDX-License-Identifier: GPL-3.0-or-later
// The writing side of a transfer that somebody will break: a worker, a channel of its own, and messages that are told apart.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { BINARY, CLOSE, RawSocket, closing } from './raw.mjs'

const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** The path of one end of a channel, from its ref. */
export const pathOf = ref => `/ws/channels/${ref.channel_id}?key=${encodeURIComponent(ref.access_key)}&dir=${ref.direction}`

async function ask (worker, function_id, data = {}) {
  worker.say({ type: 'invokefunction', invocation_id: randomUUID(), function_id, data })
  for (;;) {
    const message = await worker.hear()
    assert.ok(message, `${function_id} is answered`)
    if (message.type === 'invocationresult') return message.result
  }
}

/** A worker and its channel. */
export async function create (url) {
  const worker = await RawSocket.open(url, '/')
  return { worker, refs: await ask(worker, 'engine::channels::create') }
}

/** Writes messages of those sizes, each with its number; or ends with the socket. */
export async function pour (writer, sizes) {
  for (const [n, size] of sizes.entries()) {
    if (writer.ended || writer.tcp.destroyed) return
    const message = Buffer.alloc(size, n)
    message.writeUInt32LE(n)
    writer.send(BINARY, message)
    await pause(n % 10 === 0 ? 1 : 0)
  }
}

export const close = writer => writer.send(CLOSE, closing(1000, 'stream_complete'))
