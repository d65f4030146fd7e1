// SPDX-License-Identifier: GPL-3.0-or-later
// What a window would say of the channels of an engine: its point's feed is recorded, and WEIR_SAY (tests/tools/say-feed.c)
// takes the recording. WEIR_RECORD=FOLDER keeps it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sdk, until } from './harness.mjs'

/** Begins to record. lines: {"at_ms": when it was heard, "feed": the message as it came}; say (…options): what is said of all
 * channels now. */
export async function record (iii) {
  const point = await until('a point', async () => {
    const { functions } = await iii.trigger({ function_id: 'engine::functions::list', payload: { include_internal: true } })
    return functions.map(f => f.function_id).find(id => /(^|::)weir::[a-z0-9-]+::watch$/.test(id))
  })
  const feed = await sdk.createChannel(iii)
  const lines = []
  const start = Date.now()
  feed.reader.onMessage(message => lines.push(`{"at_ms":${Date.now() - start},"feed":${message}}`))
  feed.reader.readAll().catch(() => {})
  await iii.trigger({ function_id: point, payload: { writer: feed.writerRef } })
  await until('the snapshot', () => lines.some(line => line.includes('"last":true')))

  function say (...options) {
    const folder = process.env.WEIR_RECORD ?? mkdtempSync(join(tmpdir(), 'weir-recording-'))
    const file = join(folder, 'faults.ndjson')
    writeFileSync(file, lines.join('\n') + '\n')
    const said = execFileSync(process.env.WEIR_SAY, [...options, file, String(Date.now() - start)]).toString()
    if (process.env.WEIR_RECORD === undefined) rmSync(folder, { recursive: true })
    return said
  }
  return { lines, say }
}
