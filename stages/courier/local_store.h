/* local_store - the store for those without S3: objects are files below one folder
 *
 * A key is walked component by component without following symbolic links, so that no name and no planted
 * link leads out of the folder.  What is stored is complete and on disk before it has its name: temporary
 * file, sync, rename, sync of the folder.  Works at once, inside the call: disks are not waited for by
 * events.
 */
#ifndef STAGES_COURIER_LOCAL_STORE_H
#define STAGES_COURIER_LOCAL_STORE_H

#include "stages/courier/transfer.h"

/* Makes the folder if it is not there. Its descriptor, or -1 after logging why not. */
int local_store_open(const char *folder);

/* Makes it, if it is not there. false: it has logged why. */
bool local_store_make(const char *folder);

void local_store_fetch(struct transfer *transfer);
void local_store_put(struct transfer *transfer);
void local_store_link(struct transfer *transfer);

#endif
