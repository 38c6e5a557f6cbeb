/* state_folder - makes, locks and tidies the state folder, and keeps secrets in it
 *
 * It becomes the supervisor's working directory, so that the paths of sockets stay short.
 * Errors: if the folder cannot be used, the process logs path and remedy, and ends.
 */
#ifndef SUPERVISOR_STATE_FOLDER_H
#define SUPERVISOR_STATE_FOLDER_H

#include "conf/conf.h"

/* Sets state_dir to its default if it is empty: /var/lib/slidemill for root, else below XDG_STATE_HOME, else
 * ~/.local/state/slidemill. */
void state_folder_find(struct conf *conf);

/* Resolves state_dir and store_dir in conf, makes and locks the folder, changes into it, and removes the
 * sockets of an earlier supervisor. Only one supervisor can use a folder: a second one waits 5 s for the
 * first to end, then gives up. */
void state_folder_enter(struct conf *conf);

/* Sets link_secret, unless it is configured, to the secret in link.secret. */
void state_folder_link_secret(struct conf *conf);

/* Reads the secret in that file of the working directory, or makes it: 32 random bytes as hex. */
enum { STATE_FOLDER_SECRET_ROOM = 65 };
void state_folder_secret(const char *file, char hex[STATE_FOLDER_SECRET_ROOM]);

#endif
