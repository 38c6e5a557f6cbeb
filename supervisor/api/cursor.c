/* cursor - see cursor.h */
#include "supervisor/api/cursor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/tenant.h"

enum { LIST_ROOM = TENANT_ROOM + 16, NUMBER_ROOM = 24 };

/* What it is sealed for; a blank is in no job's name, for which passwords are sealed. */
static void list_of(const char *tenant, char list[LIST_ROOM])
{
    if (tenant == NULL)
        snprintf(list, LIST_ROOM, "all jobs");
    else
        snprintf(list, LIST_ROOM, "jobs of %s", tenant);
}

char *cursor_make(const struct vault *vault, const char *tenant, int64_t id)
{
    char list[LIST_ROOM], number[NUMBER_ROOM];

    must(id > 0);
    list_of(tenant, list);
    snprintf(number, sizeof number, "%019lld", (long long)id); /* its length says nothing either */
    return vault_seal(vault, list, number);
}

int64_t cursor_read(const struct vault *vault, const char *tenant, const char *text)
{
    char list[LIST_ROOM], *number;
    int64_t id;

    if (*text == '\0')
        return INT64_MAX;
    list_of(tenant, list);
    number = vault_unseal(vault, list, text);
    if (number == NULL)
        return -1;
    id = strtoll(number, NULL, 10);
    free(number);
    return id;
}
