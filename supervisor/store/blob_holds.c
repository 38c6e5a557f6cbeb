/* blob_holds - see blob_holds.h */
#include "supervisor/store/blob_holds.h"

#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "proto/panic.h"

struct hold {
    char name[BLOB_NAME];
    unsigned count;
    SLIST_ENTRY(hold) link; /* in one of the two lists below */
    bool is_listed;
    bool again; /* held and dropped once more while it waited to go */
};

SLIST_HEAD(hold_list, hold);

struct blob_holds {
    void *tree;               /* of struct hold, by name */
    struct hold_list dropped; /* without a hold since the last commit, each once */
    struct hold_list going;   /* released when that commit is durable */
    uint64_t going_after;     /* its number */
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct hold *)a)->name, ((const struct hold *)b)->name);
}

struct blob_holds *blob_holds_new(void)
{
    return need_zero(1, sizeof(struct blob_holds)); /* empty lists are NULL */
}

void blob_holds_free(struct blob_holds **holds)
{
    tdestroy((*holds)->tree, free);
    free(*holds);
    *holds = NULL;
}

static struct hold *hold_find(struct blob_holds *holds, const char *name)
{
    struct hold key, **found;

    snprintf(key.name, sizeof key.name, "%s", name);
    found = tfind(&key, &holds->tree, by_name);
    return found == NULL ? NULL : *found;
}

void blob_holds_add(struct blob_holds *holds, const char *name)
{
    struct hold *hold;

    if (*name == '\0')
        return;
    hold = hold_find(holds, name);
    if (hold == NULL) {
        hold = need_zero(1, sizeof *hold);
        snprintf(hold->name, sizeof hold->name, "%s", name);
        if (tsearch(hold, &holds->tree, by_name) == NULL)
            panic("out of memory");
    }
    hold->count++;
}

static void list_dropped(struct blob_holds *holds, struct hold *hold)
{
    hold->is_listed = true;
    SLIST_INSERT_HEAD(&holds->dropped, hold, link);
}

void blob_holds_drop(struct blob_holds *holds, const char *name)
{
    struct hold *hold;

    if (*name == '\0')
        return;
    hold = hold_find(holds, name);
    must(hold != NULL && hold->count > 0);
    if (--hold->count > 0)
        return;
    if (hold->is_listed)
        hold->again = true;
    else
        list_dropped(holds, hold);
}

static void list_name(const void *node, VISIT visit, void *list)
{
    if (visit == postorder || visit == leaf) /* in order */
        blob_names_add(list, (*(struct hold *const *)node)->name);
}

void blob_holds_list(const struct blob_holds *holds, struct blob_names *list)
{
    twalk_r(holds->tree, list_name, list);
}

/* ---- releasing ---- */

/* What was dropped once more waits for the commit of that. */
static void release_or_keep(struct blob_holds *holds, struct hold *hold, struct blob_names *list)
{
    bool again = hold->again;

    hold->is_listed = hold->again = false;
    if (hold->count > 0) /* needed again meanwhile */
        return;
    if (again) {
        list_dropped(holds, hold);
        return;
    }
    blob_names_add(list, hold->name);
    tdelete(hold, &holds->tree, by_name);
    free(hold);
}

static void release_going(struct blob_holds *holds, uint64_t synced, struct blob_names *list)
{
    struct hold *hold;

    while (synced >= holds->going_after && (hold = SLIST_FIRST(&holds->going)) != NULL) {
        SLIST_REMOVE_HEAD(&holds->going, link);
        release_or_keep(holds, hold, list);
    }
}

static void mark_going(struct blob_holds *holds, uint64_t committed)
{
    struct hold *hold;

    if (!SLIST_EMPTY(&holds->going))
        return;
    holds->going = holds->dropped;
    holds->going_after = committed;
    SLIST_INIT(&holds->dropped);
    SLIST_FOREACH(hold, &holds->going, link)
    hold->again = false;
}

void blob_holds_release(struct blob_holds *holds, uint64_t committed, uint64_t synced,
                        struct blob_names *list)
{
    release_going(holds, synced, list);
    mark_going(holds, committed);
    release_going(holds, synced, list);
}
