/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

/* JSON is JavaScript, so literals stay as they were typed. */

static void
append_ref (GString *out, const WeirPlaceholder *placeholder)
{
  g_string_append_printf (out, "channels['%s'].%s", placeholder->channel,
                          placeholder->direction == WEIR_DIRECTION_READ ? "readerRef" : "writerRef");
}

static void
append_js_string (GString *out, const char *text)
{
  weir_json_append_string (out, text, -1);
}

static void
append_head (WeirCode *self)
{
  g_string_append (self->out, "// npm install iii-sdk; save this as call.mjs; node call.mjs\n");
  if (weir_code_get_path (self) != NULL && weir_code_any (self, weir_code_writes))
    g_string_append (self->out, "import { createReadStream } from 'node:fs'\n");
  g_string_append (self->out, "import { registerWorker, TriggerAction } from 'iii-sdk'\n\n");
}

static void
append_channels (WeirCode *self)
{
  guint size = self->request->sending.buffer_size;

  if (self->channels->len == 0)
    return;
  g_string_append (self->out, "// Before 0.18 the worker itself made channels.\n"
                              "const { createChannel } = await import('iii-sdk/helpers')\n"
                              "  .catch(() => ({ createChannel: (worker, size) => worker.createChannel(size) }))\n"
                              "const channels = {\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      g_string_append_printf (self->out, "  '%s': await createChannel(worker", channel->name);
      if (size > 0)
        g_string_append_printf (self->out, ", %u", size);
      g_string_append (self->out, "),\n");
    }
  g_string_append (self->out, "}\n\n");
}

/* Where the parts come from: an iterable of Buffers. */
static void
append_source (WeirCode *self)
{
  const char *path = weir_code_get_path (self);
  g_autofree char *base64 = path == NULL ? weir_code_dup_base64 (self) : NULL;

  if (path != NULL)
    {
      g_string_append (self->out, "  for await (const part of createReadStream(");
      append_js_string (self->out, path);
      g_string_append_printf (self->out, ", { highWaterMark: %" G_GSIZE_FORMAT " })) {\n",
                              weir_code_get_message_size (self));
      return;
    }
  g_string_append_printf (self->out,
                          "  const data = Buffer.from('%s', 'base64')\n"
                          "  const size = %" G_GSIZE_FORMAT "\n"
                          "  for (let at = 0; at < data.length; at += size) {\n"
                          "    const part = data.subarray(at, at + size)\n",
                          base64, weir_code_get_message_size (self));
}

static void
append_writing (WeirCode *self)
{
  const WeirSending *sending = &self->request->sending;

  if (!weir_code_any (self, weir_code_writes))
    return;
  g_string_append (self->out, "async function write (writer) {\n  let parts = 0\n");
  append_source (self);
  g_string_append (self->out, "    parts++\n");
  if (sending->is_text)
    g_string_append (self->out, "    writer.sendMessage(part.toString())\n  }\n");
  else
    g_string_append (self->out, "    await new Promise((resolve, reject) => {\n"
                                "      writer.stream.write(part, error => error ? reject(error) : resolve())\n"
                                "    })\n  }\n");
  g_string_append (self->out, "  if (parts === 0) writer.sendMessage('') // else nobody hears of its end\n");
  if (sending->is_open)
    g_string_append (self->out, "  // The writer stays open until this program ends.\n");
  else if (sending->is_text)
    g_string_append (self->out, "  writer.close()\n");
  else
    g_string_append (self->out, "  await new Promise(resolve => writer.stream.end(resolve))\n");
  g_string_append (self->out, "}\n\n");
}

static void
append_reading (WeirCode *self)
{
  if (!weir_code_any (self, weir_code_reads))
    return;
  g_string_append (self->out, "async function read (name, reader) {\n"
                              "  let bytes = 0\n"
                              "  reader.onMessage(text => console.log(`${name}: ${text}`))\n"
                              "  for await (const part of reader.stream) bytes += part.length\n"
                              "  console.log(`${name}: ${bytes} bytes`)\n"
                              "}\n\n");
}

static void
append_call (WeirCode *self)
{
  static const WeirCodePayload how = { { "true", "false", "null" }, NULL, append_ref };

  if (self->request->is_void)
    g_string_append (self->out, "// Once this is answered the worker is connected.\n"
                                "await worker.trigger({ function_id: 'engine::workers::list', payload: {} })\n\n");
  g_string_append (self->out, "const answer = worker.trigger({\n  function_id: ");
  append_js_string (self->out, self->request->function_id);
  g_string_append (self->out, ",\n  payload: ");
  weir_code_append_payload (self, &how, "  ");
  if (self->request->is_void)
    g_string_append (self->out, ",\n  action: TriggerAction.Void(),\n})\n\n");
  else
    g_string_append_printf (self->out, ",\n  timeoutMs: %u,\n})\n\n", self->request->timeout_ms);
}

static void
append_waiting (WeirCode *self)
{
  g_string_append (self->out, "try {\n  const [result] = await Promise.all([\n    answer,\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      if (weir_code_writes (channel))
        g_string_append_printf (self->out, "    write(channels['%s'].writer),\n", channel->name);
      else if (weir_code_reads (channel))
        g_string_append_printf (self->out, "    read('%s', channels['%s'].reader),\n", channel->name, channel->name);
    }
  g_string_append (self->out, "  ])\n"
                              "  console.log('answer:', JSON.stringify(result))\n"
                              "} catch (error) {\n"
                              "  console.error('failed:', error)\n"
                              "  process.exitCode = 1\n"
                              "}\n"
                              "await worker.shutdown()\n"
                              "process.stdout.write('', () => process.exit())\n");
}

void
weir_code_write_node (WeirCode *self)
{
  append_head (self);
  g_string_append (self->out, "const worker = registerWorker(process.env.III_URL || ");
  append_js_string (self->out, self->request->url);
  g_string_append (self->out, ")\n");
  append_channels (self);
  append_writing (self);
  append_reading (self);
  append_call (self);
  append_waiting (self);
}
