/* run_options - the command line of `slidemill run` and `slidemill estimate`, checked before anything starts
 */
#ifndef CLI_RUN_OPTIONS_H
#define CLI_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_options {
    bool estimate;      /* `slidemill estimate`: only what the model calls would cost */
    const char *path;   /* of the PDF */
    const char *folder; /* where the results go; NULL: not given */
    const char *language;
    uint32_t outputs; /* a set of optional outputs, see proto/artifact.h */
    const char *course, *lecture;
    char *metadata; /* course and lecture as a JSON object; "" if neither is given */
    int previous;   /* summary.json of an earlier run, open for reading; -1: none */
    size_t previous_size;
    char *password; /* of the PDF; "": none */
};

/* Reads and checks argv. Returns EXIT_DONE, or another exit code after printing why; run_options_close() is
 * due in either case. */
int run_options_read(struct run_options *options, bool estimate, int argc, char **argv);

/* Closes the file, wipes the password and frees what run_options_read() has made. */
void run_options_close(struct run_options *options);

#endif
