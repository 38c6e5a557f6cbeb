/* renamed - see renamed.h */
#include "conf/renamed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

const struct renamed renamed_table[RENAMED_COUNT] = {
#define RENAMED(member, path, env) [RENAMED_##member] = {PARAM_ID_##member, path, env},
#include "conf/renamed.def"
#undef RENAMED
};

const struct renamed *renamed_by_path(const char *path)
{
    for (int i = 0; i < RENAMED_COUNT; i++)
        if (strcmp(renamed_table[i].path, path) == 0)
            return &renamed_table[i];
    return NULL;
}

const struct renamed *renamed_of(const struct param *param)
{
    for (int i = 0; i < RENAMED_COUNT; i++)
        if (&param_table[renamed_table[i].param] == param)
            return &renamed_table[i];
    return NULL;
}

void renamed_note(struct conf *conf, const char *old, const char *origin, const char *now)
{
    char *lines = need_format("%s%s (%s) is now %s\n", conf->renamed, old, origin, now);

    free(conf->renamed);
    conf->renamed = lines;
}
