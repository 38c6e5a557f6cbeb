/* quota - how many open jobs came with each API key (pure)
 *
 * Clients are known by the beginning of their key's hash, "" where none is needed. One without open jobs
 * takes no room.
 */
#ifndef SUPERVISOR_QUOTA_H
#define SUPERVISOR_QUOTA_H

#include <stdint.h>

struct quota;

struct quota *quota_new(void);
void quota_free(struct quota **quota);

/* One more open job, or so many; one that has ended. */
void quota_add(struct quota *quota, const char *client, uint64_t jobs);
void quota_drop(struct quota *quota, const char *client);
uint64_t quota_of(const struct quota *quota, const char *client);

#endif
