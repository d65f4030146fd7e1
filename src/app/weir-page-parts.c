/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-page-parts.h"

#include "weir-answer-card.h"
#include "weir-channel-group.h"
#include "weir-function-picker.h"
#include "weir-hex-pane.h"
#include "weir-history-button.h"
#include "weir-message-table.h"
#include "weir-message-view.h"
#include "weir-needle-entry.h"
#include "weir-payload-editor.h"
#include "weir-results-pane.h"
#include "weir-stream-view.h"
#include "weir-tap-page.h"
#include "weir-travel-table.h"
#include "weir-trigger-pane.h"
#include "weir-writing-pane.h"

static GType (*const parts[]) (void) = {
  weir_function_picker_get_type, weir_history_button_get_type, weir_payload_editor_get_type, weir_trigger_pane_get_type,
  weir_channel_group_get_type,   weir_writing_pane_get_type,   weir_answer_card_get_type,    weir_travel_table_get_type,
  weir_results_pane_get_type,    weir_needle_entry_get_type,   weir_hex_pane_get_type,       weir_stream_view_get_type,
  weir_message_table_get_type,   weir_message_view_get_type,   weir_tap_page_get_type,
};

gboolean
weir_page_parts_read (guint n)
{
  if (n >= G_N_ELEMENTS (parts))
    return FALSE;
  g_type_class_unref (g_type_class_ref (parts[n]())); /* a class is read once, and stays */
  return TRUE;
}
