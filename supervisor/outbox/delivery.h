/* delivery - the callbacks that are owed, in memory, and when each is due
 *
 * Pure, but for the rows it is given.  Times are Unix milliseconds, since they outlive the process.
 */
#ifndef SUPERVISOR_DELIVERY_H
#define SUPERVISOR_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "supervisor/ledger/ledger.h"

/* DELIVERY_WAIT_MAX_MS: six hours, the longest wait between two tries. */
enum { DELIVERY_WAIT_MAX_MS = 6 * 3600 * 1000 };

struct delivery {
    LIST_ENTRY(delivery) link;
    int64_t job;                 /* the ledger's number */
    char *event, *name, *tenant; /* the callback's id; the job's name and tenant */
    uint32_t tries;
    int64_t next_ms, created_ms;
    bool out;       /* in a lane, or leased to a worker */
    unsigned links; /* being renewed before it goes out: a bit for each artifact */
};

LIST_HEAD(delivery_list, delivery);

/* Adds a delivery; copies the texts of the row. */
void delivery_add(struct delivery_list *list, const struct delivery_row *row);

/* Takes it off its list and frees it. */
void delivery_remove(struct delivery *delivery);

/* The delivery of that job; NULL: nothing is owed of it. */
struct delivery *delivery_find(const struct delivery_list *list, int64_t job);

/* The delivery that is due first among those that are not out; NULL: there is none. */
struct delivery *delivery_first_due(const struct delivery_list *list);

/* How many are owed, and how many of them are out. */
size_t delivery_count(const struct delivery_list *list, size_t *out);

/* Milliseconds until it is due; 0: now. A clock that was set back makes nothing wait longer than it ever
 * would. */
int64_t delivery_due_in(const struct delivery *delivery, int64_t now_ms);

/* The wait before the next try, after that many (from 1): first_ms, then four times longer each, at most
 * DELIVERY_WAIT_MAX_MS. */
int64_t delivery_wait_ms(uint32_t tries, int64_t first_ms);

#endif
