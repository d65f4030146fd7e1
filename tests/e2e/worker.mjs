// SPDX-License-Identifier: GPL-3.0-or-later
// An ordinary Node worker that does what its standard input says, a command a line, and says what it has done:
//   open          a channel whose reader goes to files::read, which begins to read
//   flow, quiet   write 4 KiB twenty times a second, or nothing
//   progress N    a text message {"type":"progress","chunks":N}, then the four bytes 77 65 69 72 and N
//   hold, go      files::read stops taking, or goes on
//   close         the writer is closed
//   answer        files::late, which answers nobody before, answers all who have called it
//   many N        registers bulk::f0 and so on, and one more with a long name
import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

globalThis.crypto ??= webcrypto // the SDK expects it there; Debian 12's Node 18 has it only in the module
console.log = console.debug = console.info = console.error
const say = line => process.stdout.write(`${line}\n`)

const { createChannel, registerWorker } = await import(pathToFileURL(process.env.INTEROP_SDK))
const iii = registerWorker(process.env.III_URL, { workerName: 'node-files' })

let channel, reader, ticks, done
let bytes = 0

iii.registerFunction('files::read', async input => {
  reader = input.reader.stream
  say('reading')
  await new Promise((resolve, reject) => {
    reader.on('data', chunk => { bytes += chunk.length })
    reader.on('end', resolve)
    reader.on('error', reject)
  })
  return { bytes }
})

const late = []
iii.registerFunction('files::late', () => new Promise(resolve => late.push(resolve)))

const commands = {
  async open () {
    channel = await createChannel(iii)
    done = iii.trigger({ function_id: 'files::read', payload: { reader: channel.readerRef }, timeoutMs: 300_000 })
    done.then(result => say(`read ${result.bytes} bytes`), error => say(`failed: ${error.message}`))
  },
  flow () { ticks = setInterval(() => channel.writer.stream.write(Buffer.alloc(4096, 'weir')), 50) },
  quiet () { clearInterval(ticks) },
  async progress (n) {
    channel.writer.sendMessage(JSON.stringify({ type: 'progress', chunks: Number(n) }))
    await new Promise(resolve => channel.writer.stream.write(Buffer.from([0x77, 0x65, 0x69, 0x72, Number(n)]), resolve))
  },
  hold () { reader.pause() },
  go () { reader.resume() },
  many (n) {
    const nothing = async () => null
    for (let i = 0; i < Number(n); i++) iii.registerFunction(`bulk::f${i}`, nothing, { description: 'One of many' })
    iii.registerFunction(`long::${'x'.repeat(10_000)}`, nothing, { description: 'Has a long name' })
  },
  answer () { late.splice(0).forEach(resolve => resolve({ came: 'late' })) },
  close () {
    clearInterval(ticks)
    channel.writer.stream.end()
  },
}

await iii.trigger({ function_id: 'engine::functions::list', payload: {} }) // behind the registration
say('ready')
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ')
  await commands[command](argument)
  say(`did ${line}`)
}
process.exit(0)
