/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

/* Stands in for libFuzzer: every file of a folder, whole and cut at every byte, each in a buffer of just its size. */

/* Cutting a large file everywhere would take too long. */
#define MAX_CUT_SIZE 2048

static void
run_one (const char *data, gsize len)
{
  g_autofree guint8 *copy = g_memdup2 (data, MAX (len, 1));

  LLVMFuzzerTestOneInput (copy, len);
}

static gboolean
run_file (const char *path)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;

  if (!g_file_get_contents (path, &data, &len, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  for (gsize cut = 0; cut < len && len <= MAX_CUT_SIZE; cut++)
    run_one (data, cut);
  run_one (data, len);
  return TRUE;
}

int
main (int argc, char *argv[])
{
  const char *folder = argc == 2 ? argv[1] : "";
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n_files = 0;

  if (dir == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!run_file (path))
        return 1;
      n_files++;
    }
  g_print ("%u files\n", n_files);
  return n_files > 0 ? 0 : 1;
}
