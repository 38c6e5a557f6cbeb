/* object_key - which names of objects may be file names, and how names are shown to browsers */
#ifndef STAGES_COURIER_OBJECT_KEY_H
#define STAGES_COURIER_OBJECT_KEY_H

#include <stdbool.h>

/* May this key be a path below the local store? No empty, "." or ".." component, no control characters,
 * UTF-8, 1 to 1024 bytes, no slash at the ends. */
bool object_key_is_path(const char *key);

/* Has it a ".." between its slashes? All other bytes are a bucket's business. */
bool object_key_climbs(const char *key);

/* Content-Disposition value that offers the object under this name; empty: the key's last component. Frees:
 * caller. */
char *object_key_disposition(const char *key, const char *filename);

#endif
