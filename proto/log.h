/* log - one JSON object a line on stderr, in one write
 *
 *     log_warn("defer", log_job(job), log_int("lease", id), log_str("reason", why));
 *
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
void log_open(const char *proc, int slot, uint64_t generation, enum log_level least);

/* debug, info, warn, error, off in any case, as LOG_LEVEL says them. -1 if the word is none of them. */
int log_level_of(const char *word);

void log_write(enum log_level level, const char *event, const struct log_fact *facts, unsigned count);

#define log_at(level, event, ...)                                                                            \
    log_write((level), (event), (const struct log_fact[]){__VA_ARGS__},                                      \
              (unsigned)(sizeof((const struct log_fact[]){__VA_ARGS__}) / sizeof(struct log_fact)))
#define log_debug(...) log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_info(...)  log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warn(...)  log_at(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
