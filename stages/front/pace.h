/* pace - how many requests a minute may come with each API key (pure)
 *
 * A key that was silent for a minute may send a minute's worth at once; then they are let through as the
 * minute goes by.
 */
#ifndef FRONT_PACE_H
#define FRONT_PACE_H

#include <stddef.h>
#include <stdint.h>

struct pace;

/* clients: numbered from 0. a_minute 0: no limit. */
struct pace *pace_new(size_t clients, int64_t a_minute);
void pace_free(struct pace **pace);

/* One more request of that client. 0, or the ms after which the next one may come; then this one may not. */
int64_t pace_take(struct pace *pace, size_t client, int64_t now_ms);

#endif
