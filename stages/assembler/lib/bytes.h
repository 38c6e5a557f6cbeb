/* bytes - a growing run of bytes with one owner
 *
 * It starts as {0}.  Lack of memory ends the process (proto/panic.h), so that no function here can fail.
 */
#ifndef STAGES_ASSEMBLER_LIB_BYTES_H
#define STAGES_ASSEMBLER_LIB_BYTES_H

#include <stddef.h>

struct bytes {
    char *data;
    size_t size, room;
};

/* Makes room for so many bytes in all; the size stays. */
void bytes_room(struct bytes *bytes, size_t room);

/* Each copies what it is given to the end. data may be NULL if size is 0; text is added without its NUL. */
void bytes_add(struct bytes *bytes, const void *data, size_t size);
void bytes_add_text(struct bytes *bytes, const char *text);
void bytes_add_format(struct bytes *bytes, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the run with a NUL that does not count, and returns its data: valid until something is added. */
char *bytes_text(struct bytes *bytes);

/* Hands the malloc'd data (NULL if there is none) and their size over, and empties the run. The caller frees.
 */
void *bytes_take(struct bytes *bytes, size_t *size);

/* Frees the data and empties the run. */
void bytes_drop(struct bytes *bytes);

#endif
