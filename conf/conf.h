/* conf - the parameters of params.def, read from defaults, configuration file and environment
 *
 * The environment overrides the file, the file overrides the default.  The former name of a parameter
 * (renamed.def) is still read, and noted in conf->renamed.  A secret comes only from the variable NAME, or
 * from the file that NAME_FILE names. A worker gets its parameters in its environment (conf_env_for): those
 * that list its stage as a reader.  It loads them with the same loader, without a file.
 *
 * Errors: conf_load() reports every fault, not only the first, each with path, value, bounds and, for an
 * unknown key, the nearest known one; it loads nothing then.
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
    char *renamed; /* a line for each former name that was used: "wedge_s (FILE:3) is now watchdog.stall_s"
                    */
};
#undef PARAM

/* Loads defaults, then the file (NULL: none), then the environment. Returns a new conf, or NULL after writing
 * one line per fault to faults. */
struct conf *conf_load(const char *file, FILE *faults);

/* Overwrites the secrets, frees *conf and sets it to NULL. *conf may be NULL. */
void conf_free(struct conf **conf);

/* Makes the environment of a worker of that stage: a NULL-terminated array of NAME=value for the parameters
 * that list the stage as a reader, plus PATH, LANG, TZ, SSL_CERT_FILE, SSL_CERT_DIR and TESSDATA_PREFIX if
 * they are set here. The caller owns it; conf_env_free() overwrites and frees it. */
char **conf_env_for(const struct conf *conf, enum stage_kind stage);
void conf_env_free(char ***env);

/* Overwrites the values of all secrets in this process's environment block, so that /proc/PID/environ shows
 * none. Call it once they are loaded. keep: copies are kept, so that a later conf_load() in this process
 * (reload) still finds them. */
void conf_wipe_environ(bool keep);

/* Sets a STR or SECRET member after loading to a copy of value, and overwrites and frees the old one. */
void conf_set(char **member, const char *value);

/* `slidemill config show`: prints every parameter, its value (a secret as "set" or "unset") and where it came
 * from (default, FILE:LINE, environment NAME). Returns how many faults it wrote to faults; a parameter with a
 * fault is shown at its default. conf_reference: prints params.def as a Markdown page (`slidemill config
 * reference`). conf_default: prints it as a configuration file with every key commented out (`slidemill
 * config default`). */
unsigned conf_show(const char *file, FILE *out, FILE *faults);
void conf_reference(FILE *out);
void conf_default(FILE *out);

/* Calls on() for every parameter that differs between old and new, for a reload. path: the key in the file,
 * or the variable of a secret. effect: one of CONF_LIVE, CONF_ROLL and CONF_RESTART. readers: a bit (1u <<
 * enum stage_kind) for each stage that reads it, and CONF_SUPERVISOR for the supervisor. */
#define CONF_SUPERVISOR (1u << STAGE_KINDS)
enum { CONF_LIVE = 'L', CONF_ROLL = 'R', CONF_RESTART = 'X' };
void conf_each_change(const struct conf *old, const struct conf *new,
                      void (*on)(void *arg, const char *path, char effect, unsigned readers), void *arg);

#endif
