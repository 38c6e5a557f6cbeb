/* log - one JSON object a line on stderr, in one write
 *
 *     log_warn(work_deferred, log_job(job), log_int("lease", id), log_str("reason", why));
 *
 * Events are the rows of events.def: one that is not there, or has no row at that level, does not compile.
 * Head of every line: ts, level, proc, slot and generation (workers), event; then the facts given.  Text is
 * escaped (C0, C1, DEL, U+2028/9, broken UTF-8) and cut at 512 bytes a fact, so a line stays below 4096 bytes
 * and whole in a pipe. No secrets, no document text, no e-mail addresses, no links with signatures: that is
 * the caller's promise.
 */
#ifndef PROTO_LOG_H
#define PROTO_LOG_H

#include <stdint.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR, LOG_LEVEL_OFF };

struct log_fact {
    const char *name;
    const char *text; /* NULL: the number counts */
    int64_t number;
};

#define log_str(name_, text_)  ((struct log_fact){(name_), (text_) == NULL ? "" : (text_), 0})
#define log_int(name_, value_) ((struct log_fact){(name_), NULL, (int64_t)(value_)})
#define log_job(job_)          log_str("jobId", job_)

/* What heads every line of this process. slot -1: not a worker. Strings are borrowed for ever. */
void log_open(const char *proc, int slot, uint64_t generation, enum log_level min);

/* debug, info, warn, error, off in any case, as LOG_LEVEL says them. -1 if the word is none of them. */
int log_level_of(const char *word);

/* An event of events.def at the level of its row: LOG_INFO_job_accepted. */
enum log_event {
#define EVENT(level, name, fields, meaning) LOG_##level##_##name,
#include "proto/events.def"
#undef EVENT
    LOG_EVENTS
};

void log_write(enum log_event event, const struct log_fact *facts, unsigned count);

#define log_event(event, ...)                                                                                \
    log_write((event), (const struct log_fact[]){__VA_ARGS__},                                               \
              (unsigned)(sizeof((const struct log_fact[]){__VA_ARGS__}) / sizeof(struct log_fact)))
#define log_debug(name, ...) log_event(LOG_DEBUG_##name, __VA_ARGS__)
#define log_info(name, ...)  log_event(LOG_INFO_##name, __VA_ARGS__)
#define log_warn(name, ...)  log_event(LOG_WARN_##name, __VA_ARGS__)
#define log_error(name, ...) log_event(LOG_ERROR_##name, __VA_ARGS__)

#endif
