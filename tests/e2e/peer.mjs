// SPDX-License-Identifier: GPL-3.0-or-later
// A Node worker that makes channels for somebody else to write into, and says what it reads; a command a line:
//   make-reader, make-held-reader   a channel whose reader it keeps (and does not read from yet); its writer's ref is said
//   go                              reads
// and whose function node::upper writes what it reads from `in` in capitals into `out`.
import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

globalThis.crypto ??= webcrypto // the SDK expects it there; Debian 12's Node 18 has it only in the module
console.log = console.debug = console.info = console.error
const say = line => process.stdout.write(`${line}\n`)

const { createChannel, registerWorker } = await import(pathToFileURL(process.env.INTEROP_SDK))
const iii = registerWorker(process.env.III_URL, { workerName: 'node-peer' })

let channel
let bytes = 0

const read = () => {
  channel.reader.stream.on('data', chunk => { bytes += chunk.length })
  channel.reader.stream.on('end', () => say(`end ${bytes} bytes`))
}

const make = async () => {
  channel = await createChannel(iii)
  channel.reader.onMessage(text => say(`text ${text}`))
}

iii.registerFunction('node::upper', async input => {
  for await (const chunk of input.in.stream) input.out.stream.write(Buffer.from(chunk.toString().toUpperCase()))
  input.out.stream.end()
  return { done: true }
})

const commands = {
  async 'make-reader' () {
    await make()
    read()
    say(`ref ${JSON.stringify(channel.writerRef)}`)
  },
  async 'make-held-reader' () {
    await make()
    say(`ref ${JSON.stringify(channel.writerRef)}`)
  },
  go: read,
}

await iii.trigger({ function_id: 'engine::functions::list', payload: {} })
say('ready')
for await (const line of createInterface({ input: process.stdin })) await commands[line]()
process.exit(0)
