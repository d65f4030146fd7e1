/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* How long goodbyes may take at the end. */
#define GOODBYE_MS 300

static const WeirDemoScenario *const scenarios[] = {
  &weir_demo_download,
  &weir_demo_chat,
  &weir_demo_pipeline,
  &weir_demo_slow,
  &weir_demo_metrics,
  &weir_demo_forgotten,
  &weir_demo_unopened,
  &weir_demo_failing,
  &weir_demo_transform,
  &weir_demo_waiting,
  NULL,
};

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  int status;
  guint signals[2];
} Program;

static void
print_scenarios (void)
{
  for (guint i = 0; scenarios[i] != NULL; i++)
    g_print ("%-12s %s\n", scenarios[i]->name, scenarios[i]->shows);
}

/* Those that are named, all if none is. NULL: one is unknown. (transfer container) */
static const WeirDemoScenario **
choose_scenarios (char **names)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  for (guint i = 0; scenarios[i] != NULL; i++)
    if (names == NULL || g_strv_contains ((const char *const *) names, scenarios[i]->name))
      g_ptr_array_add (chosen, (gpointer) scenarios[i]);
  if (names != NULL && chosen->len < g_strv_length (names))
    return NULL;
  g_ptr_array_add (chosen, NULL);

  return (const WeirDemoScenario **) g_ptr_array_free (g_steal_pointer (&chosen), FALSE);
}

static gboolean
signal_cb (gpointer user_data)
{
  g_cancellable_cancel (((Program *) user_data)->cancellable);

  return G_SOURCE_CONTINUE;
}

static gboolean
goodbye_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

static void
ran_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  if (!weir_demo_run_finish (result, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_printerr ("weir-demo: %s\n", error->message);
      program->status = EXIT_FAILURE;
    }
  g_main_loop_quit (program->loop);
}

static void
news_cb (const GError *error, gpointer user_data)
{
  if (error != NULL)
    g_printerr ("weir-demo: %s. Trying again until it is there.\n", error->message);
  else
    g_printerr ("weir-demo: connected.\n");
}

static int
run (const char *url, const WeirDemoScenario *const *chosen, gboolean once)
{
  Program program = { .loop = g_main_loop_new (NULL, FALSE), .cancellable = g_cancellable_new () };
  WeirDemo *demo = weir_demo_new (url);

  program.signals[0] = g_unix_signal_add (SIGTERM, signal_cb, &program);
  program.signals[1] = g_unix_signal_add (SIGINT, signal_cb, &program);
  weir_demo_set_news_func (demo, news_cb, NULL);
  weir_demo_run_async (demo, chosen, once, program.cancellable, ran_cb, &program);
  g_main_loop_run (program.loop);

  weir_demo_stop (demo);
  g_timeout_add (GOODBYE_MS, goodbye_cb, program.loop);
  g_main_loop_run (program.loop);
  weir_demo_free (demo);
  g_source_remove (program.signals[0]);
  g_source_remove (program.signals[1]);
  g_object_unref (program.cancellable);
  g_main_loop_unref (program.loop);

  return program.status;
}

int
main (int argc, char *argv[])
{
  g_autofree char *url = NULL;
  g_auto (GStrv) names = NULL;
  g_autofree const WeirDemoScenario **chosen = NULL;
  gboolean once = FALSE, list = FALSE;
  const GOptionEntry entries[] = { { "url", 'u', 0, G_OPTION_ARG_STRING, &url,
                                     "The engine (default: III_URL, else " WEIR_WORKER_DEFAULT_URL ")", "URL" },
                                   { "once", '1', 0, G_OPTION_ARG_NONE, &once, "Play each scenario once", NULL },
                                   { "list", 'l', 0, G_OPTION_ARG_NONE, &list, "List the scenarios", NULL },
                                   { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, "[SCENARIO…]" },
                                   { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_set_summary (context,
                                "Sample workers for Weir: the documented uses of channels, healthy and broken.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("weir-demo: %s\n", error->message);
      return EXIT_FAILURE;
    }
  if (list)
    {
      print_scenarios ();
      return EXIT_SUCCESS;
    }
  chosen = choose_scenarios (names);
  if (chosen == NULL)
    {
      g_printerr ("weir-demo: no such scenario; --list tells which there are\n");
      return EXIT_FAILURE;
    }

  return run (url, chosen, once);
}
