/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

#include <math.h>
#include <string.h>

/* JSON is JavaScript, so literals stay as they were typed, but for one name and for numbers of many digits. */

static void
append_ref (GString *out, const WeirPlaceholder *placeholder)
{
  g_string_append_printf (out, "channels['%s'].%s", placeholder->channel,
                          placeholder->direction == WEIR_DIRECTION_READ ? "readerRef" : "writerRef");
}

/* As a plain key it would be the prototype. */
static void
append_key (GString *out, WeirSpan literal)
{
  gboolean is_prototype = weir_json_string_equal (literal, "__proto__");

  g_string_append_printf (out, is_prototype ? "[%.*s]" : "%.*s", (int) literal.len, literal.text);
}

/* A number there is a double, which has 15 digits in any case and goes to 1e308. */
static gboolean
may_be_rounded (WeirSpan literal)
{
  g_autofree char *text = g_strndup (literal.text, literal.len);
  guint n_digits = 0;

  for (const char *at = text; *at != '\0' && strchr ("eE", *at) == NULL; at++)
    n_digits += g_ascii_isdigit (*at) && (n_digits > 0 || *at != '0');
  return n_digits > 15 || !isfinite (g_ascii_strtod (text, NULL));
}

#define RAW_NUMBER "(JSON.rawJSON ?? Number)"

static void
append_number (GString *out, WeirSpan literal)
{
  g_string_append_printf (out, may_be_rounded (literal) ? RAW_NUMBER "('%.*s')" : "%.*s", (int) literal.len,
                          literal.text);
}

static const WeirCodePayload payload_how = { .words = { "true", "false", "null" },
                                             .append_ref = append_ref,
                                             .append_number = append_number,
                                             .append_key = append_key };

static void
append_js_string (GString *out, const char *text)
{
  weir_json_append_string (out, text, -1);
}

static void
append_head (WeirCode *self)
{
  guint n_tokens;
  g_autofree char *payload = weir_code_dup_payload (self, &payload_how, "", &n_tokens);

  g_string_append (self->out, "// npm install iii-sdk; save this as call.mjs; node call.mjs\n");
  weir_code_append_warning (self, "//");
  if (strstr (payload, RAW_NUMBER) != NULL)
    g_string_append (self->out, "// Before Node.js 21 a number of so many digits is rounded.\n");
  if (self->writing->kind == WEIR_WRITING_FILE && weir_code_any (self, weir_code_writes))
    g_string_append (self->out, "import { createReadStream } from 'node:fs'\n");
  g_string_append (self->out, "import { registerWorker, TriggerAction } from 'iii-sdk'\n\n");
}

static void
append_channels (WeirCode *self)
{
  if (!weir_code_any (self, weir_code_makes))
    return;
  g_string_append (self->out, "// Before 0.18 the worker itself made channels.\n"
                              "const { createChannel } = await import('iii-sdk/helpers')\n"
                              "  .catch(() => ({ createChannel: (worker, size) => worker.createChannel(size) }))\n"
                              "const channels = {\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];
      guint size = weir_code_get_buffer_size (self, channel);

      if (!weir_code_makes (self, channel))
        continue;
      g_string_append_printf (self->out, "  '%s': await createChannel(worker", channel->name);
      if (size > 0)
        g_string_append_printf (self->out, ", %u", size);
      g_string_append (self->out, "),\n");
    }
  g_string_append (self->out, "}\n\n");
}

/* --- what is written --- */

/* As weir-generate.c makes it. */
static const char random_function[] = "function random (n) {\n"
                                      "  let z = BigInt.asUintN(64, @SEED@n + (BigInt(n) + 1n) * 0x9e3779b97f4a7c15n)\n"
                                      "  z = BigInt.asUintN(64, (z ^ z >> 30n) * 0xbf58476d1ce4e5b9n)\n"
                                      "  z = BigInt.asUintN(64, (z ^ z >> 27n) * 0x94d049bb133111ebn)\n"
                                      "  return z ^ z >> 31n\n"
                                      "}\n\n";

static const char *const makers[] = {
  [WEIR_GENERATOR_BYTES] = "  const first = Number(BigInt.asUintN(8, @SEED@n + BigInt(n - 1) * @SIZE@n))\n"
                           "  const bytes = Buffer.alloc(@SIZE@).map((_, i) => first + i)\n",
  [WEIR_GENERATOR_NDJSON] =
      "  const head = `{\"n\":${n},\"seed\":@SEED@,\"value\":${random(n) % 1000000n},\"text\":\"`\n"
      "  const size = Math.max(0, @SIZE@ - 3 - head.length)\n"
      "  const fill = 'abcdefghijklmnopqrstuvwxyz'.repeat(size / 26 + 1).slice(0, size)\n"
      "  const bytes = Buffer.from(head + fill + '\"}\\n')\n",
  [WEIR_GENERATOR_COUNTER] =
      "  const bytes = Buffer.from(String(BigInt.asUintN(64, @SEED@n + BigInt(n - 1))).padStart(@SIZE@, '0'))\n",
  [WEIR_GENERATOR_RANDOM] = "  const at = (n - 1) * @SIZE@\n"
                            "  const words = Buffer.alloc(@SIZE@ + 16)\n"
                            "  for (let i = 0; i < @SIZE@ + 7; i += 8) {\n"
                            "    words.writeBigUInt64LE(random(Math.floor(at / 8) + i / 8), i)\n"
                            "  }\n"
                            "  const bytes = words.subarray(at % 8, at % 8 + @SIZE@)\n",
};

static void
append_generator (WeirCode *self)
{
  if (weir_code_needs_random (self))
    weir_code_append_template (self, random_function);
  g_string_append (self->out, "function make (n) {\n");
  weir_code_append_template (self, makers[self->writing->generator]);
  g_string_append (self->out, weir_code_maps_letters (self) ? "  return bytes.map(byte => '" WEIR_CODE_LETTERS
                                                              "'.charCodeAt(byte % 64))\n}\n\n"
                                                            : "  return bytes\n}\n\n");
  g_string_append (self->out, "async function * parts () {\n");
  weir_code_append_template (self, self->writing->count == 0 ? "  for (let n = 1; ; n++) yield make(n)\n}\n\n"
                                                             : "  for (let n = 1; n <= @COUNT@; n++) yield make(n)\n"
                                                               "}\n\n");
}

/* Bytes as they are read, none longer than a message. */
static void
append_blocks (WeirCode *self)
{
  static const WeirCodeLines lines = { WEIR_CODE_STRING_BRACED, "[\n", "    ", ",", "  ].join('')" };

  g_string_append_printf (self->out, "async function * %s () {\n", weir_code_cuts_text (self) ? "blocks" : "parts");
  if (self->writing->kind == WEIR_WRITING_FILE)
    {
      g_string_append (self->out, "  yield * createReadStream(");
      append_js_string (self->out, self->writing->path != NULL ? self->writing->path : "");
      weir_code_append_template (self, ", { highWaterMark: @SIZE@ })\n}\n\n");
      return;
    }
  g_string_append (self->out, "  const data = Buffer.from(");
  if (!weir_code_needs_base64 (self))
    {
      weir_code_append_typed (self, &lines);
      g_string_append (self->out, ")\n");
    }
  else
    {
      g_autofree char *base64 = weir_code_dup_base64 (self);

      g_string_append_printf (self->out, "'%s', 'base64')\n", base64);
    }
  weir_code_append_template (self,
                             "  for (let at = 0; at < data.length; at += @SIZE@) yield data.subarray(at, at + @SIZE@)\n"
                             "}\n\n");
}

static const char text_parts[] = "// Between characters.\n"
                                 "function cut (data) {\n"
                                 "  let n = Math.min(@SIZE@, data.length)\n"
                                 "  while (n > 0 && n < data.length && (data[n] & 0xc0) === 0x80) n--\n"
                                 "  while (n === 0 || (n < data.length && (data[n] & 0xc0) === 0x80)) n++\n"
                                 "  return n\n"
                                 "}\n\n"
                                 "async function * parts () {\n"
                                 "  let rest = Buffer.alloc(0)\n"
                                 "  function take () {\n"
                                 "    const part = rest.subarray(0, cut(rest))\n"
                                 "    rest = rest.subarray(part.length)\n"
                                 "    return part\n"
                                 "  }\n"
                                 "  for await (const block of blocks()) {\n"
                                 "    rest = Buffer.concat([rest, block])\n"
                                 "    while (rest.length >= @SIZE@ + 4) yield take()\n"
                                 "  }\n"
                                 "  while (rest.length > 0) yield take()\n"
                                 "}\n\n";

static void
append_pace (WeirCode *self)
{
  if (self->writing->pace == WEIR_PACE_FREE)
    return;
  g_string_append (self->out, "    const wait = due - performance.now()\n"
                              "    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))\n");
  weir_code_append_template (self,
                             self->writing->pace == WEIR_PACE_BYTES
                                 ? "    due = Math.max(due, performance.now() - 100) + 1000 * part.length / @RATE@\n"
                                 : "    due = Math.max(due, performance.now() - 100) + 1000 / @RATE@\n");
}

static void
append_sending (WeirCode *self)
{
  if (self->writing->is_text)
    g_string_append (self->out, "    writer.sendMessage(decoder.decode(part))\n"
                                "    await new Promise(resolve => setImmediate(resolve))\n");
  else
    g_string_append (self->out, "    await new Promise((resolve, reject) => {\n"
                                "      writer.stream.write(part, error => error ? reject(error) : resolve())\n"
                                "    })\n");
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
  g_string_append (self->out, "async function write (writer) {\n  let n = 0\n");
  if (self->writing->is_text)
    g_string_append (self->out, "  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })\n");
  if (self->writing->pace != WEIR_PACE_FREE)
    g_string_append (self->out, "  let due = performance.now()\n");
  g_string_append (self->out, "  for await (const part of parts()) {\n    n++\n");
  append_pace (self);
  append_sending (self);
  g_string_append (self->out, "  }\n  if (n === 0) writer.sendMessage('') // else nobody hears of its end\n");
  if (!self->writing->closes)
    g_string_append (self->out, "  // The writer stays open until this program ends.\n");
  else if (self->writing->is_text)
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
  if (self->request->is_void)
    g_string_append (self->out, "// Once this is answered the worker is connected.\n"
                                "await worker.trigger({ function_id: 'engine::workers::list', payload: {} })\n\n");
  g_string_append (self->out, "const answer = worker.trigger({\n  function_id: ");
  append_js_string (self->out, self->request->function_id);
  g_string_append (self->out, ",\n  payload: ");
  weir_code_append_payload (self, &payload_how, "  ");
  if (self->request->is_void)
    g_string_append (self->out, ",\n  action: TriggerAction.Void(),\n})\n\n");
  else
    g_string_append_printf (self->out, ",\n  timeoutMs: %u,\n})\n\n", self->request->timeout_ms);
}

static void
append_waiting (WeirCode *self)
{
  g_string_append (self->out, "try {\n  await Promise.all([\n"
                              "    answer.then((result) => console.log('answer:', JSON.stringify(result))),\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      if (weir_code_writes (self, channel))
        g_string_append_printf (self->out, "    write(channels['%s'].writer),\n", channel->name);
      else if (weir_code_reads (self, channel))
        g_string_append_printf (self->out, "    read('%s', channels['%s'].reader),\n", channel->name, channel->name);
    }
  g_string_append (self->out, "  ])\n"
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
