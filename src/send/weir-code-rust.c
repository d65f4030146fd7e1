/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

static const WeirCodeString style = WEIR_CODE_STRING_RUST;

static void
append_ref (GString *out, const WeirPlaceholder *placeholder)
{
  g_string_append_printf (out, "channels[\"%s\"].%s", placeholder->channel,
                          placeholder->direction == WEIR_DIRECTION_READ ? "reader_ref" : "writer_ref");
}

static void
append_head (WeirCode *self)
{
  g_string_append (self->out, "// cargo add iii-sdk serde_json base64 tokio --features tokio/full,\n"
                              "// save this as src/main.rs, cargo run\n");
  if (self->channels->len > 0)
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

static void
append_data (WeirCode *self)
{
  const char *path = weir_code_get_path (self);
  g_autofree char *base64 = path == NULL ? weir_code_dup_base64 (self) : NULL;

  if (path == NULL)
    {
      g_string_append_printf (self->out,
                              "    use base64::Engine;\n"
                              "    let data = base64::engine::general_purpose::STANDARD.decode(\"%s\")?;\n"
                              "    for part in data.chunks(%" G_GSIZE_FORMAT ") {\n",
                              base64, weir_code_get_message_size (self));
      return;
    }
  g_string_append (self->out, "    use tokio::io::AsyncReadExt;\n    let mut file = tokio::fs::File::open(");
  weir_code_append_string (self->out, path, style);
  g_string_append_printf (self->out,
                          ").await?;\n"
                          "    let mut buffer = vec![0; %" G_GSIZE_FORMAT "];\n"
                          "    loop {\n"
                          "        let size = file.read(&mut buffer).await?;\n"
                          "        if size == 0 {\n"
                          "            break;\n"
                          "        }\n"
                          "        let part = &buffer[..size];\n",
                          weir_code_get_message_size (self));
}

static void
append_writing (WeirCode *self)
{
  const WeirSending *sending = &self->request->sending;

  if (!weir_code_any (self, weir_code_writes))
    return;
  g_string_append (self->out, "async fn write(writer: &ChannelWriter) -> Result<(), Failure> {\n");
  append_data (self);
  g_string_append (self->out, sending->is_text
                                  ? "        writer.send_message(&String::from_utf8_lossy(part)).await?;\n    }\n"
                                  : "        writer.write(part).await?;\n    }\n");
  if (sending->is_open)
    g_string_append (self->out, "    // The writer stays open until this program ends.\n");
  else
    g_string_append (self->out, "    writer.close().await?;\n");
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
  guint size = self->request->sending.buffer_size;
  g_autofree char *how_many = size > 0 ? g_strdup_printf ("Some(%u)", size) : g_strdup ("None");

  if (self->channels->len == 0)
    return;
  g_string_append (self->out, "    let mut channels = HashMap::new();\n");
  for (guint i = 0; i < self->channels->len; i++)
    {
      const WeirPayloadChannel *channel = self->channels->pdata[i];

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

static void
append_call (WeirCode *self)
{
  static const WeirCodePayload how = { { "true", "false", "null" }, &style, append_ref };

  g_string_append (self->out, "    let answer = async {\n"
                              "        let request = TriggerRequest {\n            function_id: ");
  weir_code_append_string (self->out, self->request->function_id, style);
  g_string_append (self->out, ".into(),\n            payload: json!(");
  weir_code_append_payload (self, &how, "            ");
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

      if (weir_code_writes (channel))
        g_string_append_printf (self->out, "        write(&channels[\"%s\"].writer),\n", channel->name);
      else if (weir_code_reads (channel))
        g_string_append_printf (self->out, "        read(\"%s\", &channels[\"%s\"].reader),\n", channel->name,
                                channel->name);
    }
  g_string_append (self->out,
                   "    )?;\n    println!(\"answer: {}\", result.0);\n    worker.shutdown();\n    Ok(())\n}\n");
}

void
weir_code_write_rust (WeirCode *self)
{
  append_head (self);
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
  append_call (self);
  append_waiting (self);
}
