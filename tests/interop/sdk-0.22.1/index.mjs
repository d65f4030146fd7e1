// SPDX-License-Identifier: GPL-3.0-or-later
// What the scenarios use of this version, under the names they use.
export { registerWorker, TriggerAction } from 'iii-sdk'
export { createChannel } from 'iii-sdk/helpers'
export { ChannelReader, ChannelWriter } from 'iii-sdk/channel'
export { http } from '@iii-dev/helpers/http'
export { WebSocket } from 'ws'
export const reattaches = true
