// SPDX-License-Identifier: GPL-3.0-or-later
// “Copy as Code”: each program runs as it is pasted, against functions of a real client.
//
// Environment: WEIR_SAY_CODE, the program that writes it; CODE_LANGUAGE; CODE_RUN, what runs a file of that language.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { run, test } from './harness.mjs'

const { CODE_LANGUAGE: language, CODE_RUN: runner, WEIR_SAY_CODE: writer, INTEROP_SDK: sdk } = process.env
const execute = promisify(execFile)

/** Has a program written and runs it: beside the installed client, whose modules it is to find. */
async function paste (stage, name, payload, ...sending) {
  const { stdout: code } = await execute(writer, [language, stage.engine.url, name, payload, ...sending])
  const folder = await mkdtemp(join(dirname(sdk), 'pasted-'))
  const file = join(folder, language === 'node' ? 'call.mjs' : 'call.py')
  try {
    await writeFile(file, code)
    return await execute(runner, [file], { timeout: 60_000, env: { ...process.env, OTEL_ENABLED: 'false', III_URL: '' } })
  } finally {
    await rm(folder, { recursive: true })
  }
}

const answerOf = ({ stdout }) => JSON.parse(/^answer: ([^\n]*)$/m.exec(stdout)[1])

async function worker (stage) {
  const iii = stage.worker('files')
  const read = async reader => {
    const chunks = []
    const texts = []
    reader.onMessage(text => texts.push(text))
    for await (const chunk of reader.stream) chunks.push(chunk)
    const all = Buffer.concat(chunks)
    return { bytes: all.length, text: all.subarray(0, 10_000).toString(), hex: all.subarray(0, 1000).toString('hex'), texts }
  }
  iii.registerFunction('files::echo', async input => input)
  iii.registerFunction('files::count', async input => read(input.reader))
  iii.registerFunction('files::upper', async input => {
    const { text } = await read(input.in.reader)
    input.out.writer.sendMessage(JSON.stringify({ type: 'progress' }))
    await new Promise(resolve => input.out.writer.stream.end(Buffer.from(text.toUpperCase()), resolve))
    return { bytes: text.length }
  })
  iii.registerFunction('files::fail', async () => { throw new Error('There is no report.csv') })
  const noted = []
  iii.registerFunction('files::note', async input => { noted.push(input) })
  await iii.trigger({ function_id: 'engine::functions::list', payload: {} }) // behind the registrations
  return noted
}

test('a call: all kinds of JSON arrive', async stage => {
  await worker(stage)
  const payload = '{\n  "a": [true, false, null, -1.5e3, 0],\n  "quote\\"": "line\\nä \\ud83d\\ude00 \\u0007 \\\\ \\/ \'",\n  "": {}\n}'
  const { _caller_worker_id: _caller, ...answer } = answerOf(await paste(stage, 'files::echo', payload))
  assert.deepEqual(answer, JSON.parse(payload))
})

test('writes bytes into a channel', async stage => {
  await worker(stage)
  const data = 'id,name\n'.repeat(400)
  const answer = answerOf(await paste(stage, 'files::count', '{"reader": "$reader"}', `bytes=${data}`, 'size=1000', 'buffer=in:16'))
  assert.equal(answer.text, data)
  assert.equal(answer.bytes, data.length)
})

test('what was typed arrives, byte for byte: text that can be read as text, other bytes', async stage => {
  await worker(stage)
  const typed = 'hello "you" \'all\' `${x}` {y} %s @SIZE@ \\n \\u{41}\ttab\r\nä 👩‍💻\u2028\u202e \ufeff\n\n#{z}'
  const read = async (...sending) => answerOf(await paste(stage, 'files::count', '{"reader": "$reader"}', ...sending))
  assert.equal((await read(`bytes=${typed}`)).text, typed)
  const many = 'x\n'.repeat(5000)
  assert.equal((await read(`bytes=${many}`)).text, many)
  for (const hex of ['00ff80', 'efbbbf6869'])
    assert.equal((await read(`hex=${hex}`)).hex, hex)
})

test('writes text messages', async stage => {
  await worker(stage)
  const answer = answerOf(await paste(stage, 'files::count', '{"reader": "$reader"}', 'text=one two three', 'size=8'))
  assert.deepEqual(answer.texts, ['one two ', 'three'])
})

test('writes a file', async stage => {
  await worker(stage)
  const answer = answerOf(await paste(stage, 'files::count', '{"reader": "$reader:rows"}', `file=${writer}`, 'size=1000'))
  assert.equal(answer.bytes, (await stat(writer)).size)
})

test('writes nothing: an empty stream ends', async stage => {
  await worker(stage)
  assert.equal(answerOf(await paste(stage, 'files::count', '{"reader": "$reader"}')).text, '')
})

test('text is cut between characters, typed and from a file', async stage => {
  await worker(stage)
  const text = '€ä'.repeat(50_000) + 'x'
  const folder = await mkdtemp(join(dirname(sdk), 'text-'))
  const file = join(folder, 'text')
  try {
    await writeFile(file, text)
    const read = async (...sending) => answerOf(await paste(stage, 'files::count', '{"reader": "$reader"}', ...sending)).texts
    const small = await read('text=€€a€', 'size=4')
    assert.deepEqual(small, ['€', '€a', '€'])
    assert.deepEqual(await read('text=€€', 'size=1'), ['€', '€'])
    const large = await read(`lines=${file}`, 'size=4096')
    assert.equal(large.join(''), text)
    assert.ok(large.every(part => Buffer.byteLength(part) <= 4096))
  } finally {
    await rm(folder, { recursive: true })
  }
})

for (const generator of ['bytes', 'ndjson', 'counter', 'random']) {
  test(`writes what the window's generator makes: ${generator}`, async stage => {
    await worker(stage)
    for (const kind of [['as-text=', 'size=50'], ['size=37']]) {
      const sending = [`make=${generator}`, 'seed=98', 'count=3', ...kind]
      if (generator === 'random' || generator === 'bytes') sending.push('as-text=') // bytes come back as text
      const { stdout: expected } = await execute(writer, ['made', '', '', '{}', ...sending])
      const { text, texts } = answerOf(await paste(stage, 'files::count', '{"reader": "$reader"}', ...sending))
      assert.equal(text + texts.join(''), expected)
    }
  })
}

test('keeps the pace', async stage => {
  await worker(stage)
  const start = performance.now()
  const sending = ['make=counter', 'as-text=', 'count=5', 'size=10', 'bytes-per-second=10']
  assert.equal(answerOf(await paste(stage, 'files::count', '{"reader": "$reader"}', ...sending)).texts.length, 5)
  assert.ok(performance.now() - start > 4000)
})

test('a pasted ref is given to the function', async stage => {
  await worker(stage)
  const { a } = answerOf(await paste(stage, 'files::echo', '{"a": "$reader:old"}', 'ref=old:c1:key:read'))
  assert.match(a.url, /\/ws\/channels\/c1\?key=key&dir=read$/) // what a client makes of a ref
})

test('what no program does is refused', async stage => {
  const refuse = async (...sending) => {
    const failure = await paste(stage, 'files::count', '{"reader": "$reader"}', ...sending).catch(error => error)
    assert.equal(failure.code, 1)
    return failure.stderr
  }
  assert.match(await refuse(`text=${'x'.repeat(65537)}`), /put it into a file/)
})

test('both ways at once', async stage => {
  await worker(stage)
  const result = await paste(stage, 'files::upper', '{"in":{"reader":"$reader"},"out":{"writer":"$writer"}}', `bytes=${'weir '.repeat(1000)}`)
  assert.deepEqual(answerOf(result), { bytes: 5000 })
  assert.match(result.stdout, /^out: 5000 bytes$/m)
  assert.match(result.stdout, /^out: \{"type":"progress"\}$/m)
})

test('a call that nobody waits for', async stage => {
  const noted = await worker(stage)
  await paste(stage, 'files::note', '{"n": 1}', 'void=')
  assert.equal(noted[0]?.n, 1)
})

test('a function that fails', async stage => {
  await worker(stage)
  const failure = await paste(stage, 'files::fail', '{}').catch(error => error)
  assert.equal(failure.code, 1)
  assert.match(failure.stderr, /There is no report\.csv/)
})

await run()
