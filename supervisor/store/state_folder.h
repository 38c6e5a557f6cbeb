/* state_folder - the state folder: made, locked, tidied; the secrets that are kept in it
 *
 * The supervisor lives in it (working folder), so the names of sockets stay short.
 * Trouble: what makes the folder unusable is told with path and remedy, and ends the process.
 */
#ifndef SUPERVISOR_STATE_FOLDER_H
#define SUPERVISOR_STATE_FOLDER_H

#include "conf/conf.h"

/* Sets state_dir, if it is not given, to where it is by default. */
void state_folder_find(struct conf *conf);

/* Resolves state_dir and store_dir in the parameters, makes and locks the folder, moves into it, and removes
 * the sockets that an earlier supervisor left. Only one supervisor can be in a folder: a second one waits
 * some seconds for the first to go, then gives up. */
void state_folder_enter(struct conf *conf);

/* Sets link_secret from the file in the state folder, made at first use, unless it was given. */
void state_folder_link_secret(struct conf *conf);

/* The secret in that file of the state folder, which is made at first use: 32 random bytes as hex. */
enum { STATE_FOLDER_SECRET_ROOM = 65 };
void state_folder_secret(const char *file, char hex[STATE_FOLDER_SECRET_ROOM]);

#endif
