/* endpoints_learn - what an endpoint teaches by its responses: see endpoints.h */
#include "stages/vision/model/endpoints.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/log.h"
#include "stages/vision/model/endpoint_state.h"

enum {
    FAILURES = 5,     /* in a row, and an endpoint is left alone */
    DOWN_MS = 60000,  /* for so long */
    REST_MS = 600000, /* one without money, key or model */
};

/* ---- how it wants to be asked ---- */

/* What must be the same for an answer to prove it. */
static bool same(const struct dialect *a, const struct dialect *b)
{
    return a->format == b->format && a->tokens == b->tokens && a->one_role == b->one_role;
}

static void stepped(struct place *place, const struct dialect *before, const char *reason)
{
    const struct dialect *now = &place->shown.dialect;

    if (same(before, now) && before->blind == now->blind && before->max == now->max)
        return;
    place->proven = place->proven && same(before, now);
    log_info(endpoint_settings_learned, log_int("endpoint", place->shown.index),
             log_str("format", dialect_format_name(now->format)),
             log_str("tokens", dialect_tokens_name(now->tokens)),
             log_str("roles", now->one_role ? "user" : "system, user"),
             log_str("pictures", now->blind ? "no" : "yes"), log_int("max_tokens", now->max),
             log_str("reason", reason));
}

/* Something in the request, and it does not say what. Once an answer came in this dialect, it is something
 * of that one request. */
static bool guess(struct place *place, const struct dialect *used)
{
    if (place->proven || place->guessed)
        return false;
    if (dialect_guess(&place->shown.dialect, used))
        return true;
    place->guessed = true;
    place->shown.dialect = place->first;
    return false;
}

/* Cut long before its limit: either it does not know the limit by that name, or its context is full. */
static bool cut_short(struct place *place, const struct dialect *used, unsigned asked,
                      struct classification *j)
{
    if (j->output_tokens == 0 || j->output_tokens >= asked / 2)
        return false;
    if (used->tokens == TOKENS_COMPLETION && !place->proven) {
        place->shown.dialect.tokens = TOKENS_PLAIN;
        return true;
    }
    j->deed = DEED_PLAIN;
    j->code = CODE_MODEL_CONTEXT;
    snprintf(j->detail, sizeof j->detail,
             "cut after %" PRIu64 " tokens read and %" PRIu64 " written, though %u might be", j->input_tokens,
             j->output_tokens, asked);
    return false;
}

/* Who knows no json_schema is older than max_completion_tokens too, and may pass an unknown name over and
 * write until its context is full. A refusal of the older name is free and leads back. */
static void refused_format(struct place *place, const struct dialect *used)
{
    if (used->format == FORMAT_SCHEMA && used->tokens == TOKENS_COMPLETION && !place->proven)
        place->shown.dialect.tokens = TOKENS_PLAIN;
}

void endpoints_learn(struct endpoints *endpoints, const struct endpoint *endpoint, const struct dialect *used,
                     unsigned asked, struct classification *j)
{
    struct place *place = endpoints_place(endpoints, endpoint);
    struct dialect before = place->shown.dialect;
    bool rewrite;

    if (j->deed == DEED_LONGER && j->spare == NULL) /* else it is whole, or nearly so */
        rewrite = cut_short(place, used, asked, j);
    else if (j->meaning == MEANS_VAGUE)
        rewrite = guess(place, used);
    else
        rewrite = dialect_step(&place->shown.dialect, used, asked, j->meaning, &j->said);
    if (j->meaning == MEANS_FORMAT)
        refused_format(place, used);
    stepped(place, &before, j->detail);
    if (rewrite)
        j->deed = DEED_REWRITE;
    else if (j->deed == DEED_LONGER && place->shown.dialect.max > 0 && asked >= place->shown.dialect.max)
        j->deed = DEED_SLIDE; /* it writes no more than that */
}

/* ---- whether it answers ---- */

static void down(struct place *place, int64_t until_ms, bool hard, enum code code)
{
    if (place->hard && !hard)
        return;
    if (place->down_until_ms == 0 || hard != place->hard)
        log_warn(endpoint_down, log_int("endpoint", place->shown.index), log_str("code", code_name(code)),
                 log_str("model", place->shown.model));
    place->down_until_ms = until_ms;
    place->look_until_ms = 0;
    place->hard = hard;
}

/* What was under way when the key or the money ended says nothing about the next call. */
static bool is_old_news(const struct place *place, uint64_t turn)
{
    return place->hard && (place->look_until_ms == 0 || turn != place->look_turn);
}

static void up(struct place *place)
{
    place->failures = 0;
    if (place->down_until_ms == 0)
        return;
    place->down_until_ms = place->look_until_ms = 0;
    place->hard = false;
    log_info(endpoint_up, log_int("endpoint", place->shown.index), log_str("model", place->shown.model));
}

/* Some servers do not refuse a response_format, they pass it over: then every answer is prose, and the first
 * one says it. */
static void heard_shapeless(struct place *place, const struct dialect *used)
{
    if (place->proven || !same(used, &place->shown.dialect) || place->shown.dialect.format == FORMAT_PROMPT)
        return;
    place->shown.dialect.format++;
    stepped(place, used, "its answers are in no shape");
}

/* What is known after a call: another dialect is as new as the first was. */
static void try_heard(struct place *place, uint64_t turn, enum deed deed)
{
    if (turn != 0 && turn == place->try_turn)
        place->try_turn = 0;
    if (deed != DEED_REWRITE && deed != DEED_RESHAPE)
        place->tried = true;
}

void endpoints_heard(struct endpoints *endpoints, const struct endpoint *endpoint, const struct dialect *used,
                     enum deed deed, enum code code, uint64_t turn, int64_t now_ms)
{
    struct place *place = endpoints_place(endpoints, endpoint);

    try_heard(place, turn, deed);
    if (is_old_news(place, turn))
        return;
    switch (deed) {
    case DEED_ALL:
        down(place, now_ms + REST_MS, true, code);
        return;
    case DEED_AGAIN:
        place->look_until_ms = 0;
        if (++place->failures >= FAILURES)
            down(place, now_ms + DOWN_MS, false, code);
        return;
    case DEED_RESHAPE:
        heard_shapeless(place, used);
        break;
    case DEED_DONE:
        place->proven = place->proven || same(used, &place->shown.dialect);
        place->shown.dialect.blind = place->shown.dialect.blind && used->blind;
        break;
    default:
        break;
    }
    up(place);
}

const char *endpoints_learned(struct endpoints *endpoints)
{
    bool news = false;
    size_t used = 0;

    for (unsigned i = 0; i < endpoints->count; i++) {
        struct place *place = &endpoints->places[i];
        char now[DIALECT_ROOM];

        dialect_write(&place->shown.dialect, now);
        if (place->proven && strcmp(place->kept, now) != 0) {
            memcpy(place->kept, now, sizeof now);
            news = true;
        }
        used += (size_t)snprintf(endpoints->learned + used, sizeof endpoints->learned - used,
                                 "%s%016" PRIx64 ":%s", i > 0 ? " " : "", place->print, place->kept);
    }
    return news ? endpoints->learned : NULL;
}
