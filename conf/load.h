/* load - one loading of the parameters: the values so far, the origin of each, and the number of faults
 *
 * Private to conf/.  Every fault is written as soon as it is found; whoever called load_all() checks the
 * count.
 */
#ifndef CONF_LOAD_H
#define CONF_LOAD_H

#include <stdio.h>

#include "conf/param.h"

struct load {
    struct conf *conf;
    char *origin[PARAMS]; /* "slidemill.cfg:12", "environment PORT"; NULL: the default */
    FILE *faults;
    unsigned fault_count;
};

/* Writes one line to load->faults, with control characters replaced by '?', and counts it. */
void load_fault(struct load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Parses text and sets the parameter and its origin, or reports the fault: path, origin, value (never that of
 * a secret) and what is allowed. */
void load_value(struct load *load, const struct param *param, const char *text, const char *origin);

/* Loads the defaults, then the file (NULL: none), then the environment. Afterwards the caller checks
 * fault_count, keeps or frees load->conf, and frees the rest with load_end(). */
void load_all(struct load *load, const char *file, FILE *faults);
void load_end(struct load *load);

/* Load from one source each. */
void load_file(struct load *load, const char *file);
void load_environ(struct load *load);

#endif
