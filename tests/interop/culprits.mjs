// SPDX-License-Identifier: GPL-3.0-or-later
// What Weir says of the typical faults (faults.mjs): a real engine's feed is recorded while each of them is made.
// The recording under tests/data/feeds, for the tests without workers, is of this.
import assert from 'node:assert/strict'
import { faults } from './faults.mjs'
import { registered, run, test } from './harness.mjs'
import { record } from './recording.mjs'

process.on('uncaughtException', () => {}) // streams whose faults nobody handles, as the engine ends

/** The route and what must stand in the window for each fault, worst first: [state, severity, beginning of the sentence]. */
const SAID = {
  'node-a → unopened::reader': ['Waiting for reader', /^warning: No reader yet\. node-a has written 5 messages .*unopened::reader was handed the reader: does it open it\?/],
  'node-a → stuck::reader': ['Stalled', /^error: The reader is slow\. stuck::reader .* wait for it, so node-a is held\./],
  'nobody yet → awaits::reader': ['Waiting for writer', /^warning: No writer yet\. .* node-a has it, which called awaits::reader .* write first, then await/],
  'wrongend::reader → nobody yet': ['Waiting for reader', /^error: The wrong end was passed\. What wrongend::reader was handed as “reader” is a ref of the writing end\./],
  'returns::writer → node-a': ['Waiting for writer', /^warning: The writer was not used\. returns::writer returned .* ago and never opened the writer/],
  'ends::writer → node-a': ['Waiting for writer', /^warning: The writer was not used\. ends::writer .* a stream that is ended without one never does/],
  'node-a → slow::reader': ['Flowing', /^quiet: The reader sets the pace\. Messages flow, but node-a was held for .*slow::reader reads more slowly/],
  'unclosed::writer → node-a': ['Idle', /^warning: The writer was not closed\. unclosed::writer returned .* ago and has not closed/],
  'node-a → forgotten::reader': ['Idle', /^quiet: The writer is quiet\. node-a last wrote .* forgotten::reader waits for more\..*its close was forgotten/],
  'node-a → throws::reader': ['Closed early', /^error: throws::reader failed\. .*cannot parse 65536 bytes/],
  'node-a → behind::reader': ['Stalled', /^error: The reader is slow\. behind::reader/, /^warning: Text waits behind data\. node-a wrote text after data that behind::reader has not read yet/],
  'node-a → deadlock::worker': ['Stalled', /^error: Both sides wait for each other\. node-a writes to deadlock::worker, which does not read/],
  'deadlock::worker → node-a': ['Stalled', /^error: Both sides wait for each other\. deadlock::worker writes to node-a, which does not read/],
  'node-a → textonly::reader': ['Waiting for reader', /^warning: No reader yet\. .*A handler for text messages alone does not/],
  'node-a → texts::reader': ['Closed', /^quiet: Closed by the writer\. 5 messages .*its stream of bytes was empty/],
  'node-a → destroyed::reader': ['Closed early', /^error: The writer was lost\. The connection of node-a broke without a close/],
  'node-a → leaves::reader': ['Closed', /^quiet: The reader had enough\. leaves::reader returned after at most 3 of 3 messages/],
  'node-a → head::reader': ['Closed', /^quiet: The reader had enough\. head::reader returned after at most \d+ of \d+ messages.* did not want the rest\./],
  'node-a → stays::reader': ['Stalled', /^error: The reader is slow\. stays::reader/, /^warning: The reader was opened twice\. stays::reader has that end/],
  'node-a → both::first or both::second': ['Stalled', /^error: The reader is slow\. both::first or both::second/, /^warning: The reader was opened twice\. both::first or both::second has that end/],
  'node-a → chain::pipe': ['Stalled', /^warning: The reader is held by the next\. chain::pipe reads nothing because it is held itself.*: chain::end does not read what chain::pipe writes, on [0-9a-f]{8}\. \| Look at [0-9a-f]{8}, and what chain::end waits for/],
  'chain::pipe → chain::end': ['Stalled', /^error: The reader is slow\. chain::end .* so chain::pipe is held\./],
  'node-e → lazy::worker': ['Waiting for reader', /^error: Both sides wait for each other\. node-e writes to lazy::worker, which does not read/],
  'lazy::worker → nobody yet': ['Waiting for reader', /^error: Both sides wait for each other\. lazy::worker writes to node-e, which does not read/],
  'node-a → huge::reader': ['Closed early', /^error: A message was larger than the engine takes\. node-a wrote one of more than 16\sMiB/],
  'node-a → hiccup::reader': ['Flowing', /^warning: The answer of hiccup::reader will not come\. The connection of its worker broke .* It may still run/, /^good: All is well/],
  'node-a → nobody yet': ['Waiting for reader', /^error: nosuch::reader does not exist\./],
  'nobody yet → nobody yet': ['Waiting for both ends', /^warning: Nobody has come yet\./],
  'node-a → bigmessage::reader': ['Idle', /^warning: A message is close to the limit\. node-a wrote one of almost 16\sMiB/],
  'node-a? → node-a?': ['Closed early', /^error: A message was too large for the reader\./],
  'leftopen::writer → node-a': ['Closed early', /^error: The writer was lost\./, /^warning: The writer was never closed\. leftopen::writer returned/],
  'nobody yet → node-a': ['Waiting for writer', /^error: A stream was passed in place of its ref\. What live::writer was handed as “writer” is the writer itself, not its ref.*Pass the channel’s writerRef/],
  'node-d → nobody yet': ['Waiting for reader', /^error: A stream was passed in place of its ref\. What livereader::reader was handed as “input\.reader” is the reader itself, not its ref.*Pass the channel’s readerRef/],
  'calls of livestream::writer': ['Call', /^warning: A stream was passed in place of a ref\. node-a called livestream::writer with a stream object in the payload/],
  'calls of bigcall::store': ['Call', /^warning: A payload should have been a channel\. node-a called bigcall::store with a payload of 3\.1\sMB\. It has done so 3 times/],
  'node-a → well::reader': ['Flowing', /^good: All is well\./],
}
const LIMIT_MS = 50_000 // a forgotten close is called so after five seconds; on a loaded machine all takes longer

/** Makes all the faults at once and returns the recording of what becomes of them. */
async function makeAll (stage) {
  const recording = await record(stage.worker('observer'))
  const a = stage.worker('node-a')
  const b = stage.worker('node-b')
  const call = async (function_id, payload) => {
    if (!function_id.startsWith('nosuch')) await registered(a, function_id)
    return a.trigger({ function_id, payload, timeoutMs: 300_000 })
  }
  for (const make of Object.values(faults)) make({ a, b, call, stage }).catch(error => console.warn(error))
  return recording
}

function parse (said) {
  const channels = {}
  let lines
  for (const line of said.split('\n')) {
    const head = /^(.*) \[(.*?)\] \(/.exec(line)
    if (head) channels[head[1]] = { state: head[2], lines: lines = [] }
    else if (line.startsWith('  ')) lines.push(line.trim())
  }
  return channels
}

function assertAll (channels) {
  for (const [route, [state, ...patterns]] of Object.entries(SAID)) {
    assert.ok(channels[route], `no channel ${route}`)
    assert.equal(channels[route].state, state, route)
    patterns.forEach((pattern, index) => assert.match(channels[route].lines[index], pattern, route))
  }
}

test('each typical fault is named in one sentence, with its side', async stage => {
  const recording = await makeAll(stage)
  const end = Date.now() + LIMIT_MS
  for (;;) {
    const said = recording.say()
    try {
      return assertAll(parse(said))
    } catch (error) {
      if (Date.now() < end) {
        await new Promise(resolve => setTimeout(resolve, 500))
        continue
      }
      error.message += `\nAll that was said:\n${said}`
      throw error
    }
  }
})

await run()
