/* diagnosis - what `slidemill doctor` found, line by line, and what to do about it
 *
 * Only words: it looks at nothing itself.  A line says what works or what is wrong; behind what is wrong
 * stands the one thing to change.
 */
#ifndef CLI_DIAGNOSIS_H
#define CLI_DIAGNOSIS_H

#include <stdbool.h>

#include <jansson.h>

#include "conf/conf.h"

struct diagnosis {
    unsigned wrong; /* how much */
};

void diagnosis_about(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diagnosis_good(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diagnosis_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* remedy: one sentence, "" if what is wrong says it. */
void diagnosis_wrong(struct diagnosis *diagnosis, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One line of slidemill-vision --checkup (stages/vision/checkup.h). False: it is none. */
bool diagnosis_news(struct diagnosis *diagnosis, const struct conf *conf, const json_t *news);

#endif
