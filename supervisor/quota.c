/* quota - see quota.h */
#include "supervisor/quota.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct client {
    char name[17];
    uint64_t jobs;
};

struct quota {
    struct client *clients;
    size_t count, room;
};

struct quota *quota_new(void)
{
    return need_zero(1, sizeof(struct quota));
}

void quota_free(struct quota **quota)
{
    free((*quota)->clients);
    free(*quota);
    *quota = NULL;
}

static struct client *find(const struct quota *quota, const char *name)
{
    for (size_t i = 0; i < quota->count; i++)
        if (strcmp(quota->clients[i].name, name) == 0)
            return &quota->clients[i];
    return NULL;
}

void quota_add(struct quota *quota, const char *client, uint64_t jobs)
{
    struct client *found = find(quota, client);

    if (found == NULL) {
        if (quota->count == quota->room) {
            quota->room = 2 * quota->room + 8;
            quota->clients = need_more(quota->clients, quota->room * sizeof *quota->clients);
        }
        found = &quota->clients[quota->count++];
        found->jobs = 0;
        snprintf(found->name, sizeof found->name, "%s", client);
    }
    found->jobs += jobs;
}

void quota_drop(struct quota *quota, const char *client)
{
    struct client *found = find(quota, client);

    must(found != NULL);
    if (--found->jobs == 0)
        *found = quota->clients[--quota->count];
}

uint64_t quota_of(const struct quota *quota, const char *client)
{
    const struct client *found = find(quota, client);

    return found == NULL ? 0 : found->jobs;
}
