/* local - the store for those without S3: objects are files below one folder
 *
 * A key is walked component by component without following symbolic links, so that no name and no planted
 * link leads out of the folder.  What is stored is complete and on disk before it has its name: temporary
 * file, sync, rename, sync of the folder.  Works at once, inside the call: disks are not waited for by
 * events.
 */
#ifndef STAGES_COURIER_LOCAL_H
#define STAGES_COURIER_LOCAL_H

#include "stages/courier/errand.h"

/* Makes the folder if it is not there. Its descriptor, or -1 after logging why not. */
int local_open(const char *folder);

/* Makes it, if it is not there. false: it has logged why. */
bool local_make(const char *folder);

void local_fetch(struct errand *errand);
void local_store(struct errand *errand);
void local_link(struct errand *errand);

#endif
