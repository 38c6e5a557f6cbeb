/* blob_holds - who still needs a blob: counted by name, in memory
 *
 * Pure.  A name whose last hold was dropped is released once the commit that dropped it is durable: what a
 * turn lets go may be needed again if the turn is not committed.
 */
#ifndef SUPERVISOR_BLOB_HOLDS_H
#define SUPERVISOR_BLOB_HOLDS_H

#include <stdint.h>

#include "supervisor/store/blob_name.h"

struct blob_holds;

struct blob_holds *blob_holds_new(void);
void blob_holds_free(struct blob_holds **holds);

/* Adds or drops one hold on a name; "" is ignored. To drop one that is not there is a bug and aborts. */
void blob_holds_add(struct blob_holds *holds, const char *name);
void blob_holds_drop(struct blob_holds *holds, const char *name);

/* Appends to list, sorted as by strcmp, every name that is held or not released yet. */
void blob_holds_list(const struct blob_holds *holds, struct blob_names *list);

/* Appends to list the names that are released now, and forgets them. committed: number of the last commit,
 * which covers all drops so far; synced: number of the last durable one. */
void blob_holds_release(struct blob_holds *holds, uint64_t committed, uint64_t synced,
                        struct blob_names *list);

#endif
