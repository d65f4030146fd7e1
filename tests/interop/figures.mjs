// SPDX-License-Identifier: GPL-3.0-or-later
// The figures that the window shows are those of the client, to the byte.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { run, sdk, test, until } from './harness.mjs'
import { record } from './recording.mjs'

const plain = text => text.replaceAll(/(?<=\d)\u00a0(?=\d)/g, '').replaceAll('\u00a0', ' ')

test('written, sent, acknowledged and text, after binary of any size and text of any script', async stage => {
  const iii = stage.worker('node-a')
  const recording = await record(stage.worker('observer'))
  const { reader, writer } = await sdk.createChannel(iii)
  const counted = { messages: 0, bytes: 0, texts: 0, textBytes: 0, readBytes: 0, readTexts: 0 }
  reader.onMessage(() => { counted.readTexts++ })
  reader.stream.on('data', chunk => { counted.readBytes += chunk.length })

  for (let n = 0; n < 200; n++) {
    const size = n === 0 ? 200_001 : randomInt(1, 5000)
    await new Promise((resolve, reject) => writer.stream.write(Buffer.alloc(size), error => error ? reject(error) : resolve()))
    counted.messages += Math.ceil(size / 65_536) // the client's own pieces
    counted.bytes += size
    if (n % 3 === 0) {
      const text = `{"n":${n},"schön":"水"}`
      writer.sendMessage(text)
      counted.messages++
      counted.texts++
      counted.textBytes += Buffer.byteLength(text)
    }
  }
  await until('all of it is read', () => counted.readBytes === counted.bytes && counted.readTexts === counted.texts)

  const amount = `${counted.messages} messages, ${counted.bytes + counted.textBytes} B`
  const expected = [`Written: ${amount}`, `Of these text: ${counted.texts}`, `Sent: ${amount}`, `Acknowledged: ${amount}`,
    'Buffered: 0 messages, 0 B']
  const said = () => plain(recording.say('--details'))
  await until('these figures in the window', () => expected.every(line => said().split('\n').includes(line)))
    .catch(error => { throw new Error(`${error.message}\n${expected.join('\n')}\nnot in:\n${said()}`) })

  writer.stream.end()
  await until('it has closed', () => said().includes('Closed, by the writer'))
  for (const line of expected) assert.ok(said().split('\n').includes(line), `${line}, after the end`)
})

await run()
