// SPDX-License-Identifier: GPL-3.0-or-later
// A large file goes by ref from one process to another.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { run, sdk, test } from './harness.mjs'

const SIZE = 100 * 1000 * 1000
const { createChannel } = sdk

test('100 MB by ref to another process, with equal SHA-256', async stage => {
  await stage.peer('hash')
  const iii = stage.worker('sender')
  const channel = await createChannel(iii)
  const hash = createHash('sha256')
  const piece = randomBytes(1 << 20)

  function * file () {
    for (let left = SIZE, n = 0; left > 0; left -= piece.length, n++) {
      const chunk = Buffer.from(piece.subarray(0, Math.min(left, piece.length)))
      chunk.writeUInt32LE(n) // no two alike: a swap would show
      hash.update(chunk)
      yield chunk
    }
  }

  const result = iii.trigger({
    function_id: 'files::hash',
    payload: { reader: channel.readerRef },
    timeoutMs: 100_000,
  })
  await pipeline(Readable.from(file()), channel.writer.stream)

  const { bytes, sha256 } = await result
  assert.equal(bytes, SIZE)
  assert.equal(sha256, hash.digest('hex'))
}, 110_000)

await run()
