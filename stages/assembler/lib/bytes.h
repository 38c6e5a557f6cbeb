/* bytes - a growing run of bytes with one owner
 *
 * Starts as {0}. bytes_take hands the malloc'd run over and empties it; bytes_drop frees what is left.
 */
#ifndef STAGES_ASSEMBLER_LIB_BYTES_H
#define STAGES_ASSEMBLER_LIB_BYTES_H

#include <stddef.h>

struct bytes {
    char *data;
    size_t size, room;
};

void bytes_room(struct bytes *bytes, size_t room); /* makes room for so many in all */
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_text(struct bytes *bytes, const char *text);
void bytes_add_format(struct bytes *bytes, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *bytes_text(struct bytes *bytes); /* ends it with a NUL that does not count */
void *bytes_take(struct bytes *bytes, size_t *size);
void bytes_drop(struct bytes *bytes);

#endif
