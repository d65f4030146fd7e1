// SPDX-License-Identifier: GPL-3.0-or-later
// A worker that answers HTTP without end, until it is killed.
import { sdk } from '../harness.mjs'

const iii = sdk.registerWorker(process.env.III_URL, { workerName: 'pouring-http' })
const bind = (id, api_path, handler) => {
  iii.registerFunction(id, handler)
  iii.registerTrigger({ type: 'http', function_id: id, config: { api_path } })
}
bind('pour', '/pour', async request => {
  const timer = setInterval(() => request.response.stream.write('drop\n'), 5)
  await new Promise(resolve => request.response.stream.on('close', resolve))
  clearInterval(timer)
})
bind('ready', '/ready', async () => ({ body: 'yes' }))
process.send('ready')
