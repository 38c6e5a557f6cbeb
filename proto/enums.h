/* enums - small closed sets that stand in messages, rows and logs under one name each */
#ifndef PROTO_ENUMS_H
#define PROTO_ENUMS_H

/* ENUM_TABLE(row): row(SUFFIX, text); the text is what logs, JSON and SQL show */
#define STAGE_TABLE(row)                                                                                     \
    row(FRONT, "front") row(COURIER, "courier") row(RASTERIZER, "rasterizer") row(VISION, "vision")          \
        row(ASSEMBLER, "assembler")

/* Every page of a PDF ends as exactly one of these. */
#define OUTCOME_TABLE(row)                                                                                   \
    row(OPEN, "open") row(EXPLAINED, "explained") row(CACHED, "cached") row(TEXT_ONLY, "text_only")          \
        row(BLANK, "blank") row(SKIPPED, "skipped") row(FAILED, "failed")

#define ASK_TABLE(row)                                                                                       \
    row(JOB, "job") row(JOBS, "jobs") row(HEALTH, "health") row(CALLBACK, "callback")                        \
        row(METRICS, "metrics") row(PROBE, "probe")

#define ENUM_STAGE(name, text)   STAGE_##name,
#define ENUM_OUTCOME(name, text) OUTCOME_##name,
#define ENUM_ASK(name, text)     ASK_##name,
enum stage_kind { STAGE_TABLE(ENUM_STAGE) STAGE_KINDS };
enum outcome { OUTCOME_TABLE(ENUM_OUTCOME) OUTCOMES };
enum ask_about { ASK_TABLE(ENUM_ASK) ASKS };

/* Names for people and logs; the text is static. A value outside the set is a bug and aborts. */
const char *stage_name(enum stage_kind kind);
const char *outcome_name(enum outcome outcome);

#endif
