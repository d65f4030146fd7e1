// SPDX-License-Identifier: GPL-3.0-or-later
// A worker's process, to be killed with all of its sockets: tells the refs of its channel, and pours once it is told to. It
// never closes: of two that are killed at once neither may be done.
import { create, pathOf, pour } from '../pouring.mjs'
import { RawSocket } from '../raw.mjs'

process.once('message', async sizes => {
  const { refs } = await create(process.env.III_URL)
  const writer = await RawSocket.open(process.env.III_URL, pathOf(refs.writer))
  process.once('message', () => pour(writer, sizes))
  process.send(refs)
})
