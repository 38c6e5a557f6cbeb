/* pages - memory of many pages given back without holding up the process
 *
 * munmap(2) of some hundred megabytes takes tens of milliseconds, in which no other thread of the process can
 * map anything.  Page by page it takes as long, but lets others in between.
 */
#ifndef PROTO_PAGES_H
#define PROTO_PAGES_H

#include <stddef.h>

/* Gives back all whole pages in that range, some at a time; what was in them is lost (memory reads as zeros,
 * a mapped file as the file). The range stays allocated or mapped, and the caller's. Small ranges are left
 * alone. */
void pages_forget(void *data, size_t size);

/* Unmaps a mapping of the caller's. A large one is unmapped by a thread of its own, so that the caller goes
 * on at once; if there can be no thread, by the caller. */
void pages_unmap(void *data, size_t size);

#endif
