// SPDX-License-Identifier: GPL-3.0-or-later
// curl, as those who try an HTTP trigger use it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Starts it; what it prints comes at its stdout. */
export const curl = (...args) => spawn('curl', ['--silent', '--show-error', '--no-buffer', '--max-time', '60', ...args])

/** Takes the head of the answer from what `--include` has printed; those of 1xx go before it. */
function split (out) {
  const end = out.indexOf('\r\n\r\n')
  const [first, ...lines] = out.subarray(0, Math.max(end, 0)).toString().split('\r\n')
  const status = Number(first.split(' ')[1])
  const body = out.subarray(end + 4)
  if (status < 200) return split(body)
  const headers = Object.fromEntries(lines.map(line => {
    const [name, ...value] = line.split(': ')
    return [name.toLowerCase(), value.join(': ')]
  }))
  return { status, headers, body }
}

/** Runs it to its end: its exit status, and the answer's status, headers and body. */
export async function ask (...args) {
  const child = curl('--include', ...args)
  const out = []
  child.stdout.on('data', data => out.push(data))
  const [code] = await once(child, 'close')
  return { code, ...split(Buffer.concat(out)) }
}

/** Its body as JSON. */
export const json = ({ body }) => JSON.parse(body.toString())
