/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-exchange.h"

/* An exchange from the inside, in two files: weir-exchange.c moves bodies and answers, weir-exchange-calls.c calls its
 * condition, its middleware and its function. */

G_BEGIN_DECLS

/* As those who look call who asks for it all. */
#define WEIR_EXCHANGE_CALLER "HTTP"

typedef enum
{
  WEIR_STEP_CONDITION,
  WEIR_STEP_MIDDLEWARE,
  WEIR_STEP_HANDLER,
} WeirStepKind;

typedef struct
{
  WeirStepKind kind;
  char *function_id;
} WeirStep;

/* A channel of the request, which the function may open or not. */
typedef struct
{
  WeirRef ref;         /* the function's end */
  WeirSide side;       /* ours */
  WeirChannelEnd *end; /* nullable: ours, while it is open */
  gboolean is_open;    /* or has been */
} WeirWay;

struct _WeirExchange
{
  WeirWeb *web;
  WeirHttpConn *conn;
  WeirHttpRoute route; /* a copy: triggers come and go */
  GStrv values;
  char *metadata; /* nullable */
  GArray *steps;
  guint step; /* the one that is executed */

  GByteArray *json; /* (nullable): the body is gathered */
  WeirWay request;
  WeirWay response;
  WeirHttpAnswer answer; /* as far as the response's channel has told */
  gboolean is_streaming;

  char *invocation_id; /* nullable: of the call that is executed */
  gboolean is_asking;  /* that is being sent */
  char *code;          /* nullable: what came back at once */
  char *message;
  gboolean has_returned; /* the handler */
  WeirTimer *timer;
  gsize charged; /* of the engine's memory */
};

/* --- weir-exchange.c --- */

/* Each of these two is the last: the exchange is over. */
void weir_exchange_respond (WeirExchange *self);
void weir_exchange_fail (WeirExchange *self, guint status, const char *code, const char *message);

/* Something has moved. From an answer's head on there is no limit. */
void weir_exchange_restart_timer (WeirExchange *self);

/* FALSE: it could not be made. */
gboolean weir_exchange_open_way (WeirExchange *self, WeirWay *way);

/* --- weir-exchange-calls.c --- */

/* What is to be called, in its order. */
void weir_exchange_add_steps (WeirExchange *self, const WeirTrigger *trigger);

/* Calls what is next. The exchange may be over then. */
void weir_exchange_run_step (WeirExchange *self);

G_END_DECLS
