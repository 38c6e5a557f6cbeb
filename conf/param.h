/* param - the rows of params.def as data, and the values they name inside a struct conf
 *
 * Private to conf/.  Knows types, bounds and words; not where a text came from (file.c, environ.c) nor how a
 * fault is reported (load.h).
 */
#ifndef CONF_PARAM_H
#define CONF_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"

enum param_type { PARAM_INT, PARAM_AUTO, PARAM_BOOL, PARAM_STR, PARAM_SECRET };

struct param {
    const char *member, *path, *env; /* path "": not in the file (secrets) */
    enum param_type type;
    const char *text; /* default of STR and SECRET */
    int64_t number;   /* default of INT, AUTO and BOOL */
    int64_t lo, hi;
    const char *unit;
    char effect; /* CONF_LIVE, CONF_ROLL, CONF_RESTART */
    unsigned readers;
    const char *doc;
    size_t offset; /* of the member in struct conf */
};

#define PARAM(member, path, env, type, def, lo, hi, unit, effect, readers, doc) PARAM_ID_##member,
enum param_index {
#include "conf/params.def"
    PARAMS
};
#undef PARAM

extern const struct param param_table[PARAMS];

/* How a person calls it: its path in the file, or for a secret its environment name. */
const char *param_name(const struct param *param);

/* Not for people to set: what the supervisor tells its workers. */
bool param_is_hidden(const struct param *param);

/* Sets the member to the row's default. */
void param_reset(const struct param *param, struct conf *conf);

/* Checks text and sets the member (a copy). NULL; or a static reason ("is not a whole number") and nothing is
 * set. */
const char *param_parse(const struct param *param, struct conf *conf, const char *text);

/* What is allowed, for a person: "1 to 100000 pages", "low or high". Cut to fit. */
void param_allowed(const struct param *param, char *to, size_t room);

/* The value as param_parse would read it. Owned by the caller. Secrets too: the caller takes care. */
char *param_text(const struct param *param, const struct conf *conf);

bool param_equal(const struct param *param, const struct conf *a, const struct conf *b);

/* Overwrites (secrets) and frees what the member holds. */
void param_clear(const struct param *param, struct conf *conf);

#endif
