// SPDX-License-Identifier: GPL-3.0-or-later
// files::hash: reads a stream to its end and answers with its length and SHA-256.
import { createHash } from 'node:crypto'
import { registered, sdk } from '../harness.mjs'

const iii = sdk.registerWorker(process.env.III_URL, { workerName: 'hash' })

iii.registerFunction('files::hash', async ({ reader }) => {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of reader.stream) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
})

await registered(iii, 'files::hash')
process.send('ready')
