/* object_key - which names of objects may be file names, and how names are shown to browsers (pure) */
#ifndef STAGES_COURIER_OBJECT_KEY_H
#define STAGES_COURIER_OBJECT_KEY_H

#include <stdbool.h>

/* May this key be a path below the local store? No empty, "." or ".." component, no control characters,
 * UTF-8, 1 to 1024 bytes, no slash at the ends. */
bool object_key_is_path(const char *key);

/* Has the key a ".." between its slashes, by which a server could leave the bucket? A bucket may have all
 * other bytes. */
bool object_key_climbs(const char *key);

/* The value of Content-Disposition (RFC 6266, RFC 8187) that offers the object under filename; "": under the
 * key's last component. The caller frees it. */
char *object_key_disposition(const char *key, const char *filename);

#endif
