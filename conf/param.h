/* param - the rows of params.def as data, and the members of struct conf that they describe
 *
 * Private to conf/.  This unit knows types, bounds and allowed words; file.c and environ.c know where a value
 * came from, load.h how a fault is reported.
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

/* The name that messages use: the path in the file, or the variable of a secret. */
const char *param_name(const struct param *param);

/* Whether it is internal: set by the supervisor for its workers, not by people. */
bool param_is_hidden(const struct param *param);

/* Sets the member to the parameter's default. */
void param_reset(const struct param *param, struct conf *conf);

/* Checks text and sets the member to its value. Returns NULL, or a static reason ("is not a whole number"):
 * then the member stays as it is. */
const char *param_parse(const struct param *param, struct conf *conf, const char *text);

/* Writes what is allowed ("1 to 100000 pages", "low or high") to to, cut to room bytes. */
void param_allowed(const struct param *param, char *to, size_t room);

/* The value as text that param_parse() reads; the caller frees it. A secret is not masked. */
char *param_text(const struct param *param, const struct conf *conf);

bool param_equal(const struct param *param, const struct conf *a, const struct conf *b);

/* Overwrites and frees the text that the member holds. */
void param_clear(const struct param *param, struct conf *conf);

#endif
