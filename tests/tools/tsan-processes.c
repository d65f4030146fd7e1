/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A process is awaited in a thread of GLib's own, which hands its end over within GLib: nobody can tell ThreadSanitizer
 * what orders that (see tsan-glib.c). In a program that starts processes it looks at no memory that GLib itself
 * allocates, copies and frees; at all that the program does it looks as everywhere. */

const char *__tsan_default_suppressions (void);

const char *
__tsan_default_suppressions (void)
{
  return "called_from_lib:libglib-2.0.so\n"
         "called_from_lib:libgio-2.0.so\n";
}
