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

/* clients: how many there are; they are numbered from 0. a_minute: requests allowed to each; 0: no limit. */
struct key_rate *key_rate_new(size_t clients, int64_t a_minute);
void key_rate_free(struct key_rate **rate);

/* Counts a request of that client. Returns 0 if it is allowed, else after how many ms the next one will be.
 */
int64_t key_rate_take(struct key_rate *rate, size_t client, int64_t now_ms);

#endif
