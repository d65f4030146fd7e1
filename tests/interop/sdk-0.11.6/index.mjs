// SPDX-License-Identifier: GPL-3.0-or-later
// What the scenarios use of this version, under the names they use.
export { registerWorker, TriggerAction, ChannelReader, ChannelWriter, http } from 'iii-sdk'
export { WebSocket } from 'ws'
export const createChannel = (iii, bufferSize) => iii.createChannel(bufferSize)
export const reattaches = false
