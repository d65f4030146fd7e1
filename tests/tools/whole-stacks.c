/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linked into tests of what stands on GTK, for AddressSanitizer where they run under it: libraries have no frame
 * pointers, so that stacks taken the fast way do not tell which leaks are theirs (lsan.supp). */

const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0:malloc_context_size=10";
}
