/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

static const WeirCodeString style = WEIR_CODE_STRING_BRACED;

static void
append_ref (GString *out, const WeirPlaceholder *placeholder)
{
  g_string_append_printf (out, "channels[\"%s\"].%s", placeholder->channel,
                          placeholder->direction == WEIR_DIRECTION_READ ? "reader_ref" : "writer_ref");
}

static void
append_head (WeirCode *self, guint recursion)
{
  gboolean needs_base64 = weir_code_any (self, weir_code_writes) && weir_code_needs_base64 (self);

  g_string_append_printf (self->out,
                          "// cargo add iii-sdk serde_json %stokio --features tokio/full,\n"
                          "// save this as src/main.rs, cargo run\n",
                          needs_base64 ? "base64 " : "");
  weir_code_append_warning (self, "//");
  if (recursion > 0)
    g_string_append_printf (self->out, "#![recursion_limit = \"%u\"]\n", recursion);
  if (weir_code_any (self, weir_code_makes))
    g_string_append (self->out, "use std::collections::HashMap;\n\nuse iii_sdk::helpers::create_channel;\n");
  if (weir_code_any (self, weir_code_writes))
    g_string_append (self->out, "use iii_sdk::channel::ChannelWriter;\n");
  if (weir_code_any (self, weir_code_reads))
    g_string_append (self->out, "use iii_sdk::channel::ChannelReader;\n");
  if (self->request->is_void)
    g_string_append (self->out, "use iii_sdk::TriggerAction;\n");
  g_string_append (self->out, "use iii_sdk::protocol::TriggerRequest;\nuse iii_sdk::{InitOptions, register_worker};\n"
                              "use serde_json::json;\n");
  g_string_append (self->out, "\ntype Failure = Box<dyn std::error::Error>;\n\n");
}

/* --- what is written --- */

/* As weir-generate.c makes it. */
static const char random_function[] =
    "fn random(n: u64) -> u64 {\n"
    "    let mut z = @SEED@u64.wrapping_add((n + 1).wrapping_mul(0x9e3779b97f4a7c15));\n"
    "    z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);\n"
    "    z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);\n"
    "    z ^ (z >> 31)\n"
    "}\n\n";

static const char *const makers[] = {
  [WEIR_GENERATOR_BYTES] = "    let first = @SEED@u64.wrapping_add((n - 1).wrapping_mul(@SIZE@));\n"
                           "    let bytes = (0..@SIZE@).map(|i| first.wrapping_add(i) as u8);\n",
  [WEIR_GENERATOR_NDJSON] =
      "    let mut line = format!(\"{{\\\"n\\\":{n},\\\"seed\\\":@SEED@,\\\"value\\\":{},\\\"text\\\":\\\"\", "
      "random(n) % "
      "1_000_000);\n"
      "    let size = @SIZE@_usize.saturating_sub(line.len() + 3);\n"
      "    line.extend(('a'..='z').cycle().take(size));\n"
      "    line.push_str(\"\\\"}\\n\");\n"
      "    let bytes = line.into_bytes().into_iter();\n",
  [WEIR_GENERATOR_COUNTER] = "    let number = @SEED@u64.wrapping_add(n - 1).to_string();\n"
                             "    let zeros = @SIZE@_usize.saturating_sub(number.len());\n"
                             "    let bytes = std::iter::repeat(b'0').take(zeros).chain(number.into_bytes());\n",
  [WEIR_GENERATOR_RANDOM] = "    let at = (n - 1).wrapping_mul(@SIZE@);\n"
                            "    let bytes = (at..at + @SIZE@).map(|i| (random(i / 8) >> (8 * (i % 8))) as u8);\n",
};

static void
append_generator (WeirCode *self)
{
  if (weir_code_needs_random (self))
    weir_code_append_template (self, random_function);
  g_string_append (self->out, "fn make(n: u64) -> Vec<u8> {\n");
  weir_code_append_template (self, makers[self->writing->generator]);
  if (weir_code_maps_letters (self))
    g_string_append (self->out, "    let letters = b\"" WEIR_CODE_LETTERS "\";\n"
                                "    bytes.map(|byte| letters[byte as usize % 64]).collect()\n}\n\n");
  else
    g_string_append (self->out, "    bytes.collect()\n}\n\n");
}

static void
append_cut (WeirCode *self)
{
  if (weir_code_cuts_text (self))
    weir_code_append_template (self, "// Between characters.\n"
                                     "fn cut(data: &[u8]) -> usize {\n"
                                     "    let goes_on = |n: usize| n < data.len() && data[n] & 0xc0 == 0x80;\n"
                                     "    let mut n = data.len().min(@SIZE@);\n"
                                     "    while n > 0 && goes_on(n) {\n"
                                     "        n -= 1;\n"
                                     "    }\n"
                                     "    while n == 0 || goes_on(n) {\n"
                                     "        n += 1;\n"
                                     "    }\n"
                                     "    n\n"
                                     "}\n\n");
  else
    weir_code_append_template (self, "fn cut(data: &[u8]) -> usize {\n    data.len().min(@SIZE@)\n}\n\n");
}

static void
append_opening (WeirCode *self)
{
  static const WeirCodeLines lines = { style, "concat!(\n", "        ", ",", "    )" };

  if (self->writing->kind == WEIR_WRITING_FILE)
    {
      g_string_append (self->out, "    let mut source = tokio::fs::File::open(");
      weir_code_append_string (self->out, self->writing->path != NULL ? self->writing->path : "", style);
      g_string_append (self->out, ").await?;\n");
    }
  else if (!weir_code_needs_base64 (self))
    {
      g_string_append (self->out, "    let mut source = ");
      weir_code_append_typed (self, &lines);
      g_string_append (self->out, ".as_bytes();\n");
    }
  else
    {
      g_autofree char *base64 = weir_code_dup_base64 (self);

      g_string_append_printf (self->out,
                              "    use base64::Engine;\n"
                              "    let data = base64::engine::general_purpose::STANDARD.decode(\"%s\")?;\n"
                              "    let mut source = data.as_slice();\n",
                              base64);
    }
}

/* Up to the point where "part" is the next message. */
static void
append_loop (WeirCode *self)
{
  if (self->writing->kind == WEIR_WRITING_GENERATED)
    {
      weir_code_append_template (self,
                                 self->writing->count == 0 ? "    for n in 1.. {\n" : "    for n in 1..=@COUNT@ {\n");
      g_string_append (self->out, "        let part = make(n);\n");
      return;
    }
  weir_code_append_template (self, "    let mut rest = Vec::new();\n"
                                   "    let mut is_last = false;\n"
                                   "    loop {\n"
                                   "        while !is_last && rest.len() < @SIZE@ + 4 {\n"
                                   "            let n = rest.len();\n"
                                   "            rest.resize(n + @SIZE@ + 4, 0);\n"
                                   "            let more = source.read(&mut rest[n..]).await?;\n"
                                   "            rest.truncate(n + more);\n"
                                   "            is_last = more == 0;\n"
                                   "        }\n"
                                   "        if rest.is_empty() {\n"
                                   "            break;\n"
                                   "        }\n"
                                   "        let n = cut(&rest);\n"
                                   "        let part: Vec<u8> = rest.drain(..n).collect();\n");
}

static void
append_pace (WeirCode *self)
{
  if (self->writing->pace == WEIR_PACE_FREE)
    return;
  g_string_append (self->out, "        tokio::time::sleep_until(due).await;\n"
                              "        due = due.max(Instant::now() - Duration::from_millis(100));\n");
  weir_code_append_template (self, self->writing->pace == WEIR_PACE_BYTES
                                       ? "        due += Duration::from_secs_f64(part.len() as f64 / @RATE@f64);\n"
                                       : "        due += Duration::from_secs_f64(1.0 / @RATE@f64);\n");
}

static void
append_writing (WeirCode *self)
{
  gboolean is_generated = self->writing->kind == WEIR_WRITING_GENERATED;

  if (!weir_code_any (self, weir_code_writes))
    return;
  if (is_generated)
    append_generator (self);
  else
    append_cut (self);
  g_string_append (self->out, "async fn write(writer: &ChannelWriter) -> Result<(), Failure> {\n");
  if (self->writing->pace != WEIR_PACE_FREE)
    g_string_append (self->out, "    use tokio::time::{Duration, Instant};\n    let mut due = Instant::now();\n");
  if (!is_generated)
    {
      g_string_append (self->out, "    use tokio::io::AsyncReadExt;\n");
      append_opening (self);
    }
  append_loop (self);
  append_pace (self);
  g_string_append (self->out, self->writing->is_text
                                  ? "        writer.send_message(std::str::from_utf8(&part)?).await?;\n    }\n"
                                  : "        writer.write(&part).await?;\n    }\n");
  if (self->writing->closes)
    g_string_append (self->out, "    writer.close().await?;\n");
  else
    g_string_append (self->out, "    // The writer stays open until this program ends.\n");
  g_string_append (self->out, "    Ok(())\n}\n\n");
}

static void
append_reading (WeirCode *self)
{
  if (!weir_code_any (self, weir_code_reads))
    return;
  g_string_append (self->out, "async fn read(name: &'static str, reader: &ChannelReader) -> Result<(), Failure> {\n"
                              "    reader.on_message(move |text| println!(\"{name}: {text}\")).await;\n"
                              "    let mut size = 0;\n"
                              "    while let Some(part) = reader.next_binary().await? {\n"
                              "        size += part.len();\n"
                              "    }\n"
                              "    println!(\"{name}: {size} bytes\");\n"
                              "    Ok(())\n}\n\n");
}

static void
append_channels (WeirCode *self)
{
  if (!weir_code_any (self, weir_code_makes))
    return;
  g_string_append (self->out, "    let mut channels = HashMap::new();\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];
      guint size = weir_code_get_buffer_size (self, channel);
      g_autofree char *how_many = size > 0 ? g_strdup_printf ("Some(%u)", size) : g_strdup ("None");

      if (!weir_code_makes (self, channel))
        continue;
      g_string_append_printf (self->out, "    channels.insert(\"%s\", create_channel(&worker, %s).await?);\n",
                              channel->name, how_many);
    }
}

/* A call that nobody waits for is dropped by a worker that is not connected yet. */
static void
append_greeting (WeirCode *self)
{
  g_string_append (self->out, "    let hello = TriggerRequest {\n"
                              "        function_id: \"engine::workers::list\".into(),\n"
                              "        payload: json!({}),\n"
                              "        action: None,\n"
                              "        timeout_ms: None,\n"
                              "    };\n"
                              "    worker.trigger(hello).await?; // once this is answered it is connected\n");
}

/* A number without a type is an i32 or an f64, and too large an i32 does not compile. */
static void
append_number (GString *out, WeirSpan literal)
{
  g_autofree char *text = g_strndup (literal.text, literal.len);
  gint64 number;

  g_string_append (out, text);
  if (strpbrk (text, ".eE") != NULL)
    return;
  if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    g_string_append (out, number < G_MININT32 || number > G_MAXINT32 ? "_i64" : "");
  else
    g_string_append (out, g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, NULL, NULL) ? "_u64" : "_f64");
}

/* What json!() expands goes through the compiler token by token, each a level deeper than the last. */
#define MAX_TOKENS 100

static const WeirCodePayload payload_how = { .words = { "true", "false", "null" },
                                             .style = &style,
                                             .append_ref = append_ref,
                                             .append_number = append_number,
                                             .parse = { "serde_json::from_str::<serde_json::Value>(", ")?" },
                                             .parse_key = { "(serde_json::from_str::<String>(", ")?)" },
                                             .max_tokens = MAX_TOKENS };

static void
append_call (WeirCode *self, const char *payload)
{
  g_string_append (self->out, "    let answer = async {\n"
                              "        let request = TriggerRequest {\n            function_id: ");
  weir_code_append_string (self->out, self->request->function_id, style);
  g_string_append (self->out, ".into(),\n            payload: json!(");
  g_string_append (self->out, payload);
  g_string_append (self->out, "),\n");
  if (self->request->is_void)
    g_string_append (self->out, "            action: Some(TriggerAction::Void),\n            timeout_ms: None,\n");
  else
    g_string_append_printf (self->out, "            action: None,\n            timeout_ms: Some(%u),\n",
                            self->request->timeout_ms);
  g_string_append (self->out, "        };\n        Ok::<_, Failure>(worker.trigger(request).await?)\n    };\n");
}

static void
append_waiting (WeirCode *self)
{
  g_string_append (self->out, "    let result = tokio::try_join!(\n        answer,\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

      if (weir_code_writes (self, channel))
        g_string_append_printf (self->out, "        write(&channels[\"%s\"].writer),\n", channel->name);
      else if (weir_code_reads (self, channel))
        g_string_append_printf (self->out, "        read(\"%s\", &channels[\"%s\"].reader),\n", channel->name,
                                channel->name);
    }
  g_string_append (self->out,
                   "    )?;\n    println!(\"answer: {}\", result.0);\n    worker.shutdown();\n    Ok(())\n}\n");
}

void
weir_code_write_rust (WeirCode *self)
{
  guint n_tokens;
  g_autofree char *payload = weir_code_dup_payload (self, &payload_how, "            ", &n_tokens);

  append_head (self, n_tokens > MAX_TOKENS ? 128 + 4 * n_tokens : 0);
  append_writing (self);
  append_reading (self);
  g_string_append (self->out,
                   "#[tokio::main]\n"
                   "async fn main() -> Result<(), Failure> {\n"
                   "    let url = std::env::var(\"III_URL\").ok().filter(|url| !url.is_empty()).unwrap_or_else(|| ");
  weir_code_append_string (self->out, self->request->url, style);
  g_string_append (self->out, ".into());\n    let worker = register_worker(&url, InitOptions::default());\n");
  if (self->request->is_void)
    append_greeting (self);
  append_channels (self);
  append_call (self, payload);
  append_waiting (self);
}
