// SPDX-License-Identifier: GPL-3.0-or-later
// What an observer asks a point, and the feed of a watch.
import { sdk, until } from './harness.mjs'

const { createChannel } = sdk

/** The functions of the point next to the workers, by verb. A point is a worker: it comes when it comes. */
export const findPoint = (stage, iii) => until('a point', async () => {
  const { functions } = await iii.trigger({ function_id: 'engine::functions::list', payload: { include_internal: true } })
  const ids = functions.map(f => f.function_id).filter(id => stage.engine.nearest.point.test(id))
  return ids.length >= 5 && Object.fromEntries(ids.map(id => [id.split('::').at(-1), id]))
})

export const call = (iii, function_id, payload) => iii.trigger({ function_id, payload })

/** A watch: its messages as they come, and the last thing said of each channel. */
export async function watch (iii, point) {
  const feed = await createChannel(iii)
  const messages = []
  feed.reader.onMessage(message => messages.push(JSON.parse(message)))
  const ended = feed.reader.readAll()
  ended.catch(() => {}) // only one test waits for it
  const { watch_id } = await call(iii, point.watch, { writer: feed.writerRef, interval_ms: 50 })
  await until('the whole snapshot', () => messages.some(message => message.type === 'snapshot' && message.last))
  return {
    id: watch_id,
    messages,
    ended,
    feedId: feed.readerRef.channel_id,
    /** What is known of a channel: its ChannelInfo with every change put in. */
    info (id) {
      let info
      for (const message of messages) {
        for (const channel of message.channels ?? [message.channel]) if (channel?.channel_id === id) info = { ...channel }
        if (message.type === 'changed' && message.channel_id === id) Object.assign(info, message)
      }
      return info
    },
    /** The newest sample of a channel, by column. */
    sample (id) {
      const n = this.info(id)?.n
      let found
      for (const { type, columns, rows } of messages) {
        if (type !== 'samples') continue
        const row = rows.find(row => row[0] === n)
        if (row) found = Object.fromEntries(columns.map((column, index) => [column, row[index + 1]]))
      }
      return found
    },
  }
}
