/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-outbox.h"

static WeirOutgoing *
outgoing_new (WeirOutgoingKind kind, GString *text, const char *call_id)
{
  WeirOutgoing *outgoing = g_new (WeirOutgoing, 1);

  *outgoing = (WeirOutgoing){ .kind = kind, .text = text, .call_id = g_strdup (call_id) };

  return outgoing;
}

static void
outgoing_free (WeirOutgoing *outgoing)
{
  g_string_free (outgoing->text, TRUE);
  g_free (outgoing->call_id);
  g_free (outgoing);
}

void
weir_worker_outbox_init (WeirWorkerOutbox *self)
{
  *self = (WeirWorkerOutbox){ .items = G_QUEUE_INIT };
}

void
weir_worker_outbox_clear (WeirWorkerOutbox *self)
{
  g_queue_clear_full (&self->items, (GDestroyNotify) outgoing_free);
  self->n_items = 0;
  self->n_bytes = 0;
}

gboolean
weir_worker_outbox_push (WeirWorkerOutbox *self, WeirOutgoingKind kind, GString *text, const char *call_id)
{
  if (kind != WEIR_OUTGOING_SESSION)
    {
      if (self->n_items == WEIR_WORKER_OUTBOX_MAX_ITEMS || text->len > WEIR_WORKER_OUTBOX_MAX_BYTES - self->n_bytes)
        {
          g_string_free (text, TRUE);
          return FALSE;
        }
      self->n_items++;
      self->n_bytes += text->len;
    }
  g_queue_push_tail (&self->items, outgoing_new (kind, text, call_id));

  return TRUE;
}

const WeirOutgoing *
weir_worker_outbox_peek (WeirWorkerOutbox *self)
{
  return g_queue_peek_head (&self->items);
}

static void
weir_worker_outbox_remove_link (WeirWorkerOutbox *self, GList *link)
{
  WeirOutgoing *outgoing = link->data;

  if (outgoing->kind != WEIR_OUTGOING_SESSION)
    {
      self->n_items--;
      self->n_bytes -= outgoing->text->len;
    }
  outgoing_free (outgoing);
  g_queue_delete_link (&self->items, link);
}

void
weir_worker_outbox_pop (WeirWorkerOutbox *self)
{
  weir_worker_outbox_remove_link (self, self->items.head);
}

void
weir_worker_outbox_remove_call (WeirWorkerOutbox *self, const char *call_id)
{
  for (GList *link = self->items.head; link != NULL; link = link->next)
    if (g_strcmp0 (((WeirOutgoing *) link->data)->call_id, call_id) == 0)
      {
        weir_worker_outbox_remove_link (self, link);
        return;
      }
}

void
weir_worker_outbox_renew (WeirWorkerOutbox *self, GQueue *session)
{
  GList *next;
  GString *text;

  for (GList *link = self->items.head; link != NULL; link = next)
    {
      next = link->next;
      if (((WeirOutgoing *) link->data)->kind == WEIR_OUTGOING_SESSION)
        weir_worker_outbox_remove_link (self, link);
    }
  while ((text = g_queue_pop_tail (session)) != NULL)
    g_queue_push_head (&self->items, outgoing_new (WEIR_OUTGOING_SESSION, text, NULL));
}
