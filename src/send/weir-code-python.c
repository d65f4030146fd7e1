/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

static const WeirCodeString style = WEIR_CODE_STRING_C;

static void
append_ref (GString *out, const WeirPlaceholder *placeholder)
{
  g_string_append_printf (out, "channels[\"%s\"].%s.model_dump()", placeholder->channel,
                          placeholder->direction == WEIR_DIRECTION_READ ? "reader_ref" : "writer_ref");
}

static void
append_head (WeirCode *self)
{
  gboolean has_data = weir_code_any (self, weir_code_writes) && weir_code_get_path (self) == NULL;

  g_string_append (self->out, "# pip install iii-sdk; save this as call.py; python call.py\nimport asyncio\n");
  if (has_data)
    g_string_append (self->out, "import base64\n");
  g_string_append (self->out, "import json\nimport os\nimport sys\n\nfrom iii import TriggerAction, register_worker\n");
  if (self->channels->len > 0)
    g_string_append (self->out, "from iii.helpers import create_channel_async\n");
  g_string_append (self->out, "\n\n");
}

static void
append_parts (WeirCode *self)
{
  const char *path = weir_code_get_path (self);
  g_autofree char *base64 = path == NULL ? weir_code_dup_base64 (self) : NULL;

  g_string_append (self->out, "def parts():\n");
  if (path != NULL)
    {
      g_string_append (self->out, "    with open(");
      weir_code_append_string (self->out, path, style);
      g_string_append_printf (self->out,
                              ", \"rb\") as file:\n"
                              "        while part := file.read(%" G_GSIZE_FORMAT "):\n"
                              "            yield part\n\n\n",
                              weir_code_get_message_size (self));
      return;
    }
  g_string_append_printf (self->out,
                          "    data = base64.b64decode(\"%s\")\n"
                          "    size = %" G_GSIZE_FORMAT "\n"
                          "    for at in range(0, len(data), size):\n"
                          "        yield data[at:at + size]\n\n\n",
                          base64, weir_code_get_message_size (self));
}

static void
append_writing (WeirCode *self)
{
  const WeirSending *sending = &self->request->sending;

  if (!weir_code_any (self, weir_code_writes))
    return;
  append_parts (self);
  g_string_append (self->out, "async def write(writer):\n    n = 0\n    for part in parts():\n        n += 1\n");
  g_string_append (self->out, sending->is_text ? "        await writer.send_message_async(part.decode())\n"
                                               : "        await writer.write(part)\n");
  g_string_append (self->out, "    if n == 0:\n"
                              "        await writer.write(b\"\")  # else nobody hears of its end\n");
  if (sending->is_open)
    g_string_append (self->out, "    # The writer stays open until this program ends.\n\n\n");
  else
    g_string_append (self->out, "    await writer.close_async()\n\n\n");
}

static void
append_reading (WeirCode *self)
{
  if (!weir_code_any (self, weir_code_reads))
    return;
  g_string_append (self->out, "async def read(name, reader):\n"
                              "    reader.on_message(lambda text: print(f\"{name}: {text}\"))\n"
                              "    size = 0\n"
                              "    async for part in reader:\n"
                              "        size += len(part)\n"
                              "    print(f\"{name}: {size} bytes\")\n\n\n");
}

static void
append_channels (WeirCode *self)
{
  guint size = self->request->sending.buffer_size;

  if (self->channels->len == 0)
    return;
  g_string_append (self->out, "    channels = {\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      g_string_append_printf (self->out, "        \"%s\": await create_channel_async(worker", channel->name);
      if (size > 0)
        g_string_append_printf (self->out, ", %u", size);
      g_string_append (self->out, "),\n");
    }
  g_string_append (self->out, "    }\n");
}

static void
append_call (WeirCode *self)
{
  static const WeirCodePayload how = { { "True", "False", "None" }, &style, append_ref };

  g_string_append (self->out, "    request = {\n        \"function_id\": ");
  weir_code_append_string (self->out, self->request->function_id, style);
  g_string_append (self->out, ",\n        \"payload\": ");
  weir_code_append_payload (self, &how, "        ");
  if (self->request->is_void)
    g_string_append (self->out, ",\n        \"action\": TriggerAction.Void(),\n    }\n");
  else
    g_string_append_printf (self->out, ",\n        \"timeout_ms\": %u,\n    }\n", self->request->timeout_ms);
}

static void
append_waiting (WeirCode *self)
{
  g_string_append (self->out, "    result, *_ = await asyncio.gather(\n        worker.trigger_async(request),\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      if (weir_code_writes (channel))
        g_string_append_printf (self->out, "        write(channels[\"%s\"].writer),\n", channel->name);
      else if (weir_code_reads (channel))
        g_string_append_printf (self->out, "        read(\"%s\", channels[\"%s\"].reader),\n", channel->name,
                                channel->name);
    }
  g_string_append (self->out, "    )\n    print(\"answer:\", json.dumps(result))\n\n\n");
}

void
weir_code_write_python (WeirCode *self)
{
  append_head (self);
  append_writing (self);
  append_reading (self);
  g_string_append (self->out, "async def main(worker):\n");
  append_channels (self);
  append_call (self);
  append_waiting (self);
  g_string_append (self->out, "worker = register_worker(os.environ.get(\"III_URL\") or ");
  weir_code_append_string (self->out, self->request->url, style);
  g_string_append (self->out, ")\n"
                              "try:\n"
                              "    asyncio.run(main(worker))\n"
                              "except Exception as error:\n"
                              "    sys.exit(f\"failed: {error!r}\")\n"
                              "finally:\n"
                              "    worker.shutdown()\n");
}
