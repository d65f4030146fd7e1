// SPDX-License-Identifier: GPL-3.0-or-later
// doomed::work: says that it has begun, and never answers.
import { registered, sdk } from '../harness.mjs'

const iii = sdk.registerWorker(process.env.III_URL, { workerName: 'doomed' })

iii.registerFunction('doomed::work', async () => {
  process.send('begun')
  await new Promise(() => {})
})

await registered(iii, 'doomed::work')
process.send('ready')
