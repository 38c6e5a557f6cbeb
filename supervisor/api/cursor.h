/* cursor - where a list of jobs goes on, sealed: it tells nobody how many jobs others have
 *
 * Good for the list of the same tenant alone. It outlives a restart, and the job it was made of.
 */
#ifndef SUPERVISOR_CURSOR_H
#define SUPERVISOR_CURSOR_H

#include <stdint.h>

#include "supervisor/store/vault.h"

/* malloced. tenant: whose list it is, NULL: that of all. id: the ledger's number of the last job that was
 * listed. */
char *cursor_make(const struct vault *vault, const char *tenant, int64_t id);

/* That number; INT64_MAX: text is "", the list begins. -1: this list never gave it. */
int64_t cursor_read(const struct vault *vault, const char *tenant, const char *text);

#endif
