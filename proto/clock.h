/* clock - the two clocks: monotonic for deadlines, Unix for what outlives the process */
#ifndef PROTO_CLOCK_H
#define PROTO_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC, and since 1970-01-01 UTC. */
int64_t clock_monotonic_ms(void);
int64_t clock_unix_ms(void);

/* Writes a Unix time as RFC 3339 in UTC with milliseconds: "2024-02-29T12:34:56.789Z". */
enum { CLOCK_TEXT = 32 };
void clock_text(int64_t unix_ms, char text[CLOCK_TEXT]);

#endif
