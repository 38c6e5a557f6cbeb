/* load - one loading of the parameters: the values so far, where each came from, and the faults found
 *
 * Private to conf/.  Every fault is written as soon as it is found; the function that started the loading
 * looks at the count at the end.
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

/* Tells one fault; the line is made safe for a terminal. */
void load_fault(struct load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes a value for a row, or tells the fault: path, origin, value (never a secret's) and what is allowed. */
void load_value(struct load *load, const struct param *param, const char *text, const char *origin);

/* A whole loading: defaults, the file (NULL: none), the environment. Afterwards the caller looks at
 * fault_count, takes or frees load->conf, and gives the rest back with load_end. */
void load_all(struct load *load, const char *file, FILE *faults);
void load_end(struct load *load);

/* The two sources, in order of weight. */
void load_file(struct load *load, const char *file);
void load_environ(struct load *load);

#endif
