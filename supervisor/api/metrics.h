/* metrics - what GET /metrics says: the supervisor's figures in the Prometheus text format */
#ifndef SUPERVISOR_METRICS_H
#define SUPERVISOR_METRICS_H

#include "supervisor/api/vitals.h"

/* malloced, the caller's. */
char *metrics_text(const struct vitals *vitals);

#endif
