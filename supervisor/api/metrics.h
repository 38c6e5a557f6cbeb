/* metrics - what GET /metrics says: the supervisor's figures in the Prometheus text format */
#ifndef SUPERVISOR_METRICS_H
#define SUPERVISOR_METRICS_H

struct api;

/* malloced, the caller's. */
char *metrics_text(const struct api *api);

#endif
