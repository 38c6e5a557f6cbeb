/* diagnosis - the lines that `slidemill doctor` prints: what works, what is wrong, and how to correct it
 *
 * It only formats: it checks nothing itself.  A line about a fault is followed by the one thing to change.
 */
#ifndef CLI_DIAGNOSIS_H
#define CLI_DIAGNOSIS_H

#include <stdbool.h>

#include <jansson.h>

#include "conf/conf.h"

struct diagnosis {
    unsigned wrong; /* number of faults printed */
};

/* Print a heading, something that works, and something worth knowing that is no fault. */
void diagnosis_heading(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diagnosis_ok(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diagnosis_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints and counts a fault. remedy: what to change, one sentence; "" if the fault itself says it. */
void diagnosis_wrong(struct diagnosis *diagnosis, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints what one line of `slidemill-vision --probe` (stages/vision/doctor_probe.h) says. Returns false if it
 * is no such line. */
bool diagnosis_probe(struct diagnosis *diagnosis, const struct conf *conf, const json_t *line);

#endif
