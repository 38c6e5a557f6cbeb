/* key_rate - how many requests a minute may come with each API key (pure)
 *
 * A token bucket: a key that was silent for a minute may send a minute's worth of requests at once, then one
 * as soon as its share of the minute has gone by.
 */
#ifndef FRONT_KEY_RATE_H
#define FRONT_KEY_RATE_H

#include <stddef.h>
#include <stdint.h>

struct key_rate;

/* clients: how many there are; they are numbered from 0. a_minute: requests allowed to each; 0: no limit. */
struct key_rate *key_rate_new(size_t clients, int64_t a_minute);
void key_rate_free(struct key_rate **rate);

/* Counts a request of that client. Returns 0 if it is allowed, else (it does not count) after how many ms the
 * next one will be. now_ms: of any clock that never goes back. */
int64_t key_rate_take(struct key_rate *rate, size_t client, int64_t now_ms);

#endif
