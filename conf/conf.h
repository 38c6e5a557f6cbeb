/* conf - the parameters of params.def, from defaults, file and environment
 *
 * Order of weight: environment over file over default.  A name that a parameter had before (renamed.def) is
 * still read, and noted in conf->renamed.  A secret comes only from NAME or NAME_FILE.
 * A worker is given its parameters by its environment (conf_env_for), built from the rows that list it as a
 * reader: it loads them with the same loader, without a file.
 *
 * Trouble: conf_load reports every fault, not only the first, each with path, value, bound and, for an
 * unknown key, the nearest known one; nothing is loaded then.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "proto/enums.h"

typedef int64_t conf_INT;
typedef int64_t conf_AUTO;
typedef bool conf_BOOL;
typedef char *conf_STR;
typedef char *conf_SECRET;

#define PARAM(member, path, env, type, def, lo, hi, unit, effect, readers, doc) conf_##type member;
struct conf { /* NOLINT(clang-analyzer-optin.performance.Padding): in the order of the table */
#include "conf/params.def"
    char *renamed; /* a line for each name of before that was used: "wedge_s (FILE:3) is now watchdog.stall_s"
                    */
};
#undef PARAM

/* Loads defaults, then the file (NULL: none), then the environment. Returns a new conf, or NULL after writing
 * one line per fault to faults. */
struct conf *conf_load(const char *file, FILE *faults);

/* Wipes secrets and frees; clears the caller's pointer. NULL inside is fine. */
void conf_free(struct conf **conf);

/* The environment of a worker: a NULL-terminated array of NAME=value for the rows that list this stage as a
 * reader, plus PATH, LANG, TZ, SSL_CERT_FILE, SSL_CERT_DIR, TESSDATA_PREFIX if set here. Owned by the caller;
 * conf_env_free wipes it. */
char **conf_env_for(const struct conf *conf, enum stage_kind stage);
void conf_env_free(char ***env);

/* Overwrites the values of all secrets in this process's own environment block, so that /proc/PID/environ
 * shows none. Call once they are loaded. keep: a later conf_load in this process (reload) still knows what
 * was given. */
void conf_wipe_environ(bool keep);

/* Sets one STR member after loading (state_dir resolved, link_secret made); takes a copy. */
void conf_set(char **member, const char *value);

/* slidemill config show: every parameter, its value (secrets as "set" or "unset") and where it came from
 * (default, file:line, environment NAME). Returns how many faults it wrote to faults; what they concern is
 * shown at its default. slidemill config reference: the same table as Markdown, from the rows alone.
 * slidemill config default: the same table as a configuration file with every key commented out, as shipped.
 */
unsigned conf_show(const char *file, FILE *out, FILE *faults);
void conf_reference(FILE *out);
void conf_default(FILE *out);

/* Calls on() for every parameter that differs, for reload. path: a secret has none in the file and goes by
 * its environment name. readers: bit 1u << enum stage_kind for each stage that reads it, CONF_SUPERVISOR for
 * the supervisor. */
#define CONF_SUPERVISOR (1u << STAGE_KINDS)
enum { CONF_LIVE = 'L', CONF_ROLL = 'R', CONF_RESTART = 'X' };
void conf_each_change(const struct conf *old, const struct conf *new,
                      void (*on)(void *arg, const char *path, char effect, unsigned readers), void *arg);

#endif
