/* key_rate - how many requests a minute may come with each API key (pure)
 *
 * A key that was silent for a minute may send a minute's worth at once; then they are let through as the
 * minute goes by.
 */
#ifndef FRONT_KEY_RATE_H
#define FRONT_KEY_RATE_H

#include <stddef.h>
#include <stdint.h>

struct key_rate;

/* clients: numbered from 0. a_minute 0: no limit. */
struct key_rate *key_rate_new(size_t clients, int64_t a_minute);
void key_rate_free(struct key_rate **rate);

/* One more request of that client. 0, or the ms after which the next one may come; then this one may not. */
int64_t key_rate_take(struct key_rate *rate, size_t client, int64_t now_ms);

#endif
