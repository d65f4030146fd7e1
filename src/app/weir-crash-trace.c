/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-crash-trace.h"

#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

#define MAX_FRAMES 128

#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
static void
crashed (int number)
{
  void *frames[MAX_FRAMES];

  backtrace_symbols_fd (frames, backtrace (frames, MAX_FRAMES), STDERR_FILENO);
  signal (number, SIG_DFL);
  raise (number);
}
#endif

void
weir_crash_trace_start (void)
{
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
  signal (SIGSEGV, crashed);
  signal (SIGBUS, crashed);
#endif
}
