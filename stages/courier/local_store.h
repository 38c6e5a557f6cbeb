/* local_store - the store for those without S3: objects are files below one folder
 *
 * A key is walked component by component without following symbolic links, so that no name and no planted
 * link leads out of the folder. What is stored is complete and on disk before it has its name: temporary
 * file, sync, rename, sync of the folder. Each call works at once and blocks: nothing tells when a disk is
 * ready.
 */
#ifndef STAGES_COURIER_LOCAL_STORE_H
#define STAGES_COURIER_LOCAL_STORE_H

#include "stages/courier/transfer.h"

/* Makes the folder, if it is not there. false: the function has logged why not. */
bool local_store_make(const char *folder);

/* Opens the folder. Its descriptor, the caller's; -1 after logging why not. */
int local_store_open(const char *folder);

/* Each answers its lease (FETCH or REVISIT, STORE, LINK), and frees the transfer. A link is a signed URL of
 * front (stages/lib/signed_link.h) below http.public_url. */
void local_store_fetch(struct transfer *transfer);
void local_store_put(struct transfer *transfer);
void local_store_link(struct transfer *transfer);

#endif
