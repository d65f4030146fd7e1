/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-stock.h"

#include <glib-unix.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

/* The fake stock engine as a program: says where it listens, does what it is told (see fake_stock_do ()), a line each,
 * and says `done` or `what?` after it; `level` says its log level. Ends with its input. */

typedef struct
{
  FakeStock *stock;
  GDataInputStream *input;
  GMainLoop *loop;
} Program;

static void read_line (Program *self);

static void
line_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (self->input, result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  if (g_str_equal (line, "level"))
    g_print ("%s\n", self->stock->level != NULL ? self->stock->level : "");
  else
    g_print ("%s\n", fake_stock_do (self->stock, line) ? "done" : "what?");
  fflush (stdout);
  read_line (self);
}

static void
read_line (Program *self)
{
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (in);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (FakeStock) stock = fake_stock_new ();
  Program self = { stock, input, loop };

  g_print ("fake-stock: listening on %s\n", stock->mock->url);
  fflush (stdout);
  read_line (&self);
  g_main_loop_run (loop);
  return 0;
}
