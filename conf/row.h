/* row - the rows of params.def as data, and the values they name inside a struct conf
 *
 * Private to conf/.  Knows types, bounds and words; not where a text came from (file.c, environ.c) nor how a
 * fault is reported (load.h).
 */
#ifndef CONF_ROW_H
#define CONF_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"

enum row_type { ROW_INT, ROW_AUTO, ROW_BOOL, ROW_STR, ROW_SECRET };

struct row {
    const char *member, *path, *env; /* path "": not in the file (secrets) */
    enum row_type type;
    const char *text; /* default of STR and SECRET */
    int64_t number;   /* default of INT, AUTO and BOOL */
    int64_t lo, hi;
    const char *unit;
    char effect; /* CONF_LIVE, CONF_ROLL, CONF_RESTART */
    unsigned readers;
    const char *doc;
    size_t offset; /* of the member in struct conf */
};

#define PARAM(member, path, env, type, def, lo, hi, unit, effect, readers, doc) ROW_OF_##member,
enum row_index {
#include "conf/params.def"
    ROWS
};
#undef PARAM

extern const struct row row_table[ROWS];

/* How a person calls it: its path in the file, or for a secret its environment name. */
const char *row_name(const struct row *row);

/* Not for people to set: what the supervisor tells its workers. */
bool row_is_hidden(const struct row *row);

/* Sets the member to the row's default. */
void row_reset(const struct row *row, struct conf *conf);

/* Checks text and sets the member (a copy). NULL; or a static reason ("is not a whole number") and nothing is
 * set. */
const char *row_take(const struct row *row, struct conf *conf, const char *text);

/* What is allowed, for a person: "1 to 100000 pages", "low or high". Cut to fit. */
void row_allowed(const struct row *row, char *to, size_t room);

/* The value as row_take would read it. Owned by the caller. Secrets too: the caller takes care. */
char *row_text(const struct row *row, const struct conf *conf);

bool row_equal(const struct row *row, const struct conf *a, const struct conf *b);

/* Overwrites (secrets) and frees what the member holds. */
void row_drop(const struct row *row, struct conf *conf);

#endif
