/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

static const WeirCodeString style = WEIR_CODE_STRING_PYTHON;

static void
append_ref (GString *out, const WeirPlaceholder *placeholder)
{
  g_string_append_printf (out, "channels[\"%s\"].%s.model_dump()", placeholder->channel,
                          placeholder->direction == WEIR_DIRECTION_READ ? "reader_ref" : "writer_ref");
}

static void
append_head (WeirCode *self)
{
  gboolean writes = weir_code_any (self, weir_code_writes);

  g_string_append (self->out, "# pip install iii-sdk; save this as call.py; python call.py\n");
  weir_code_append_warning (self, "#");
  g_string_append (self->out, "import asyncio\n");
  if (writes && weir_code_needs_base64 (self))
    g_string_append (self->out, "import base64\n");
  if (writes && self->writing->kind == WEIR_WRITING_GENERATED)
    g_string_append (self->out, "import itertools\n");
  g_string_append (self->out, "import json\nimport os\nimport sys\n\nfrom iii import TriggerAction, register_worker\n");
  if (weir_code_any (self, weir_code_makes))
    g_string_append (self->out, "from iii.helpers import create_channel_async\n");
  g_string_append (self->out, "\n\n");
}

/* --- what is written --- */

/* As weir-generate.c makes it. */
static const char random_function[] = "def random(n):\n"
                                      "    z = (@SEED@ + (n + 1) * 0x9E3779B97F4A7C15) % 2**64\n"
                                      "    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64\n"
                                      "    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64\n"
                                      "    return z ^ z >> 31\n\n\n";

static const char *const makers[] = {
  [WEIR_GENERATOR_BYTES] = "    return bytes((@SEED@ + (n - 1) * @SIZE@ + i) % 256 for i in range(@SIZE@))",
  [WEIR_GENERATOR_NDJSON] = "    head = f'{{\"n\":{n},\"seed\":@SEED@,\"value\":{random(n) % 1000000},\"text\":\"'\n"
                            "    fill = \"abcdefghijklmnopqrstuvwxyz\" * (@SIZE@ // 26 + 1)\n"
                            "    return (head + fill[:max(0, @SIZE@ - 3 - len(head))] + '\"}\\n').encode()",
  [WEIR_GENERATOR_COUNTER] = "    return str((@SEED@ + n - 1) % 2**64).zfill(@SIZE@).encode()",
  [WEIR_GENERATOR_RANDOM] =
      "    at = (n - 1) * @SIZE@\n"
      "    words = range(at // 8, (at + @SIZE@ + 7) // 8)\n"
      "    return b\"\".join(random(i).to_bytes(8, \"little\") for i in words)[at % 8:at % 8 + @SIZE@]",
};

static void
append_generator (WeirCode *self)
{
  if (weir_code_needs_random (self))
    weir_code_append_template (self, random_function);
  g_string_append (self->out, "def make(n):\n");
  weir_code_append_template (self, makers[self->writing->generator]);
  g_string_append (self->out,
                   weir_code_maps_letters (self) ? ".translate(b\"" WEIR_CODE_LETTERS "\" * 4)\n\n\n" : "\n\n\n");
  weir_code_append_template (self, self->writing->count == 0
                                       ? "def parts():\n    return map(make, itertools.count(1))\n\n\n"
                                       : "def parts():\n    return map(make, itertools.islice(itertools.count(1), "
                                         "@COUNT@))\n\n\n");
}

static void
append_data (WeirCode *self)
{
  static const WeirCodeLines lines = { style, "(\n", "        ", "", "    )" };
  g_autofree char *base64 = NULL;

  g_string_append (self->out, "    data = ");
  if (!weir_code_needs_base64 (self))
    {
      weir_code_append_typed (self, &lines);
      g_string_append (self->out, ".encode()\n");
      return;
    }
  base64 = weir_code_dup_base64 (self);
  g_string_append_printf (self->out, "base64.b64decode(\"%s\")\n", base64);
}

/* Bytes as they are read, none longer than a message. */
static void
append_blocks (WeirCode *self)
{
  g_string_append (self->out, weir_code_cuts_text (self) ? "def blocks():\n" : "def parts():\n");
  if (self->writing->kind == WEIR_WRITING_FILE)
    {
      g_string_append (self->out, "    with open(");
      weir_code_append_string (self->out, self->writing->path != NULL ? self->writing->path : "", style);
      weir_code_append_template (self, ", \"rb\") as file:\n"
                                       "        while block := file.read(@SIZE@):\n"
                                       "            yield block\n\n\n");
      return;
    }
  append_data (self);
  weir_code_append_template (self, "    for at in range(0, len(data), @SIZE@):\n"
                                   "        yield data[at:at + @SIZE@]\n\n\n");
}

static const char text_parts[] = "def cut(data):  # between characters\n"
                                 "    n = min(@SIZE@, len(data))\n"
                                 "    while 0 < n < len(data) and data[n] & 0xC0 == 0x80:\n"
                                 "        n -= 1\n"
                                 "    while n == 0 or n < len(data) and data[n] & 0xC0 == 0x80:\n"
                                 "        n += 1\n"
                                 "    return n\n\n\n"
                                 "def parts():\n"
                                 "    rest = b\"\"\n"
                                 "    for block in blocks():\n"
                                 "        rest += block\n"
                                 "        while len(rest) >= @SIZE@ + 4:\n"
                                 "            n = cut(rest)\n"
                                 "            yield rest[:n]\n"
                                 "            rest = rest[n:]\n"
                                 "    while rest:\n"
                                 "        n = cut(rest)\n"
                                 "        yield rest[:n]\n"
                                 "        rest = rest[n:]\n\n\n";

static void
append_pace (WeirCode *self)
{
  if (self->writing->pace == WEIR_PACE_FREE)
    return;
  g_string_append (self->out, "        await asyncio.sleep(max(0, due - loop.time()))\n");
  weir_code_append_template (self, self->writing->pace == WEIR_PACE_BYTES
                                       ? "        due = max(due, loop.time() - 0.1) + len(part) / @RATE@\n"
                                       : "        due = max(due, loop.time() - 0.1) + 1 / @RATE@\n");
}

static void
append_writing (WeirCode *self)
{
  if (!weir_code_any (self, weir_code_writes))
    return;
  if (self->writing->kind == WEIR_WRITING_GENERATED)
    append_generator (self);
  else
    append_blocks (self);
  if (weir_code_cuts_text (self))
    weir_code_append_template (self, text_parts);
  g_string_append (self->out, "async def write(writer):\n    n = 0\n");
  if (self->writing->pace != WEIR_PACE_FREE)
    g_string_append (self->out, "    loop = asyncio.get_running_loop()\n    due = loop.time()\n");
  g_string_append (self->out, "    for part in parts():\n        n += 1\n");
  append_pace (self);
  g_string_append (self->out, self->writing->is_text ? "        await writer.send_message_async(part.decode())\n"
                                                     : "        await writer.write(part)\n");
  g_string_append (self->out, "    if n == 0:\n"
                              "        await writer.write(b\"\")  # else nobody hears of its end\n");
  if (self->writing->closes)
    g_string_append (self->out, "    await writer.close_async()\n\n\n");
  else
    g_string_append (self->out, "    # The writer stays open until this program ends.\n\n\n");
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
  if (!weir_code_any (self, weir_code_makes))
    return;
  g_string_append (self->out, "    channels = {\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];
      guint size = weir_code_get_buffer_size (self, channel);

      if (!weir_code_makes (self, channel))
        continue;
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
  static const WeirCodePayload how = { .words = { "True", "False", "None" },
                                       .style = &style,
                                       .append_ref = append_ref,
                                       .parse = { "json.loads(", ")" },
                                       .parse_key = { "json.loads(", ")" } };

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
  g_string_append (self->out, "\n    async def ask():\n        result = await worker.trigger_async(request)\n"
                              "        print(\"answer:\", json.dumps(result))\n\n"
                              "    await asyncio.gather(\n        ask(),\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      if (weir_code_writes (self, channel))
        g_string_append_printf (self->out, "        write(channels[\"%s\"].writer),\n", channel->name);
      else if (weir_code_reads (self, channel))
        g_string_append_printf (self->out, "        read(\"%s\", channels[\"%s\"].reader),\n", channel->name,
                                channel->name);
    }
  g_string_append (self->out, "    )\n\n\n");
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
