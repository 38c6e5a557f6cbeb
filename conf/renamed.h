/* renamed - the parameters that had another name before (renamed.def)
 *
 * Private to conf/.  The old name still works.  It is a fault if one source (the file, or the environment)
 * has both names.
 */
#ifndef CONF_RENAMED_H
#define CONF_RENAMED_H

#include "conf/param.h"

struct renamed {
    enum param_index param;
    const char *path, *env; /* the old names */
};

enum renamed_index {
#define RENAMED(member, path, env) RENAMED_##member,
#include "conf/renamed.def"
#undef RENAMED
    RENAMED_COUNT
};

extern const struct renamed renamed_table[RENAMED_COUNT];

/* The entry with that old path, and the entry of that parameter; NULL if there is none. */
const struct renamed *renamed_by_path(const char *path);
const struct renamed *renamed_of(const struct param *param);

/* Adds the line "OLD (origin) is now NEW" to conf->renamed. */
void renamed_note(struct conf *conf, const char *old, const char *origin, const char *now);

#endif
