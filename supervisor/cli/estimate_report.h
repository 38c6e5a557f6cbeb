/* estimate_report - what `slidemill estimate` prints */
#ifndef CLI_ESTIMATE_REPORT_H
#define CLI_ESTIMATE_REPORT_H

#include <jansson.h>

/* Prints the figures of a completed estimate job: slides by what happens to them, tokens, and cost in USD if
 * the model's price is known. job: its JSON as GET /jobs/{id} gives it. */
void estimate_report(const json_t *job);

#endif
