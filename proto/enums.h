/* enums - small closed sets that stand in messages, rows and logs under one name each */
#ifndef PROTO_ENUMS_H
#define PROTO_ENUMS_H

#include <stdbool.h>

/* ENUM_TABLE(row): row(SUFFIX, text); the text is what logs, JSON and SQL show */
/* Every page of a PDF ends as exactly one of these. */
#define OUTCOME_TABLE(row)                                                                                   \
    row(OPEN, "open") row(EXPLAINED, "explained") row(CACHED, "cached") row(TEXT_ONLY, "text_only")          \
        row(BLANK, "blank") row(SKIPPED, "skipped") row(FAILED, "failed")

#define ASK_TABLE(row)                                                                                       \
    row(JOB, "job") row(JOBS, "jobs") row(HEALTH, "health") row(CALLBACK, "callback")                        \
        row(METRICS, "metrics") row(PROBE, "probe")

#define CARD_STYLE_TABLE(row) row(BASIC, "basic") row(CLOZE, "cloze") row(MIXED, "mixed")

/* How a model call ended. DONE: the API works, whatever the answer is worth. REFUSED: too fast, or
 * overloaded. FAILED: it may work another time. TIMED_OUT: no answer came in time. REJECTED: this request
 * never will. FATAL: no request will. LEFT: we gave it up ourselves (cancelled, or the other of two was
 * faster), so it says nothing of the API.
 */
#define VERDICT_TABLE(row)                                                                                   \
    row(DONE, "done") row(REFUSED, "refused") row(FAILED, "failed") row(REJECTED, "rejected")                \
        row(FATAL, "fatal") row(LEFT, "left") row(TIMED_OUT, "timed_out")

/* How bad the worst is that an answer says and its slide does not. NONE: nothing, or what may stand, marked.
 * OWN: a claim of its own that is to be learned, in a card or a key point. CONTRADICTION: the slide says
 * something else. TAUGHT: that, and it is to be learned. */
#define DOUBT_TABLE(row)                                                                                     \
    row(NONE, "none") row(OWN, "own") row(CONTRADICTION, "contradiction") row(TAUGHT, "taught")

#define ENUM_OUTCOME(name, text) OUTCOME_##name,
#define ENUM_ASK(name, text)     ASK_##name,
#define ENUM_CARDS(name, text)   CARDS_##name,
#define ENUM_VERDICT(name, text) VERDICT_##name,
#define ENUM_DOUBT(name, text)   DOUBT_##name,
/* clang-format off */
#define STAGE(NAME, ...) STAGE_##NAME,
enum stage_kind {
#include "proto/stages.def"
    STAGE_KINDS
};
#undef STAGE
/* clang-format on */
enum outcome { OUTCOME_TABLE(ENUM_OUTCOME) OUTCOMES };
enum ask_about { ASK_TABLE(ENUM_ASK) ASKS };
enum card_style { CARD_STYLE_TABLE(ENUM_CARDS) CARD_STYLES };
enum call_verdict { VERDICT_TABLE(ENUM_VERDICT) VERDICTS };
enum doubt { DOUBT_TABLE(ENUM_DOUBT) DOUBTS };

/* Names for people and logs; the text is static. A value outside the set is a bug and aborts. */
const char *stage_name(enum stage_kind kind);
const char *outcome_name(enum outcome outcome);
const char *card_style_name(enum card_style style);
const char *verdict_name(enum call_verdict verdict);
const char *doubt_name(enum doubt doubt);

/* Does such a worker work on its leases one after the other, so that the oldest is the one at hand? */
bool stage_works_in_turn(enum stage_kind kind);

/* CARD_STYLES: there is no style of that name. */
enum card_style card_style_of(const char *name);

#endif
