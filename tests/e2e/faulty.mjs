// SPDX-License-Identifier: GPL-3.0-or-later
// Workers that make the faults that are named as arguments (../interop/faults.mjs), and stay.
import { registered, sdk } from '../interop/harness.mjs'
import { faults } from '../interop/faults.mjs'

process.on('uncaughtException', () => {}) // streams whose faults nobody handles
const worker = name => sdk.registerWorker(process.env.III_URL, { workerName: name })
const a = worker('node-a')
const b = worker('node-b')
const call = async (function_id, payload) => {
  if (!function_id.startsWith('nosuch')) await registered(a, function_id)
  return a.trigger({ function_id, payload, timeoutMs: 300_000 })
}
for (const name of process.argv.slice(2)) await faults[name]({ a, b, call })
process.stdout.write('ready\n')
