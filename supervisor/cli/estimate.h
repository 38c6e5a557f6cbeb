/* estimate - what `slidemill estimate` tells */
#ifndef CLI_ESTIMATE_H
#define CLI_ESTIMATE_H

#include <jansson.h>

/* The figures of an estimate job, for a person. */
void estimate_tell(const json_t *job);

#endif
