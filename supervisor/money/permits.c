/* permits - see permits.h */
#include "supervisor/money/permits.h"

#include <stdlib.h>

#include "proto/panic.h"

void permits_free(struct permits *permits)
{
    for (int i = 0; i < PERMIT_LISTS; i++) {
        struct permit *permit, *next;

        for (permit = LIST_FIRST(&permits->by_lease[i]); permit != NULL; permit = next) {
            next = LIST_NEXT(permit, link);
            free(permit);
        }
        LIST_INIT(&permits->by_lease[i]);
    }
}

struct permit *permits_add(struct permits *permits, uint64_t lease, uint32_t call, uint32_t item)
{
    struct permit *permit = need_zero(1, sizeof *permit);

    permit->lease = lease;
    permit->call = call;
    permit->item = item;
    LIST_INSERT_HEAD(&permits->by_lease[lease % PERMIT_LISTS], permit, link);
    return permit;
}

void permits_drop(struct permit *permit)
{
    LIST_REMOVE(permit, link);
    free(permit);
}

/* Those whose call is not known were the first: they are last in the list. */
struct permit *permits_find(const struct permits *permits, uint64_t lease, uint32_t call)
{
    struct permit *permit = LIST_FIRST(&permits->by_lease[lease % PERMIT_LISTS]);

    while (permit != NULL && (permit->lease != lease || (permit->call != call && permit->call != 0)))
        permit = LIST_NEXT(permit, link);
    return permit;
}

struct permit *permits_of(const struct permits *permits, uint64_t lease)
{
    struct permit *permit = LIST_FIRST(&permits->by_lease[lease % PERMIT_LISTS]);

    while (permit != NULL && permit->lease != lease)
        permit = LIST_NEXT(permit, link);
    return permit;
}
