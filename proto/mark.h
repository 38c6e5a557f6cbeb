/* mark - is a file a PDF at first sight, and if not, what is it?
 *
 * Front, courier and the command refuse other files at once, in the same words; whether a PDF can be read,
 * the rasterizer finds out in its jail.
 */
#ifndef PROTO_MARK_H
#define PROTO_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/codes.h"
#include "proto/filetype.h"

/* Readers look for "%PDF" within so many bytes (ISO 32000-1, annex H, note 13). */
enum { MARK_WITHIN = 1024, MARK_LONGEST = 9 };

/* What is known of a file that is read from its beginning to its end. All zeros: nothing was read yet. */
struct mark {
    uint64_t size;
    bool late; /* what only a PDF has, anywhere in it */
    char tail[MARK_LONGEST - 1];
    char start[FILETYPE_WITHIN];
};

void mark_feed(struct mark *mark, const void *data, size_t size);

/* CODES: it is taken for a PDF, or (ended: false) it cannot be told yet; else EMPTY_FILE or UNSUPPORTED_TYPE,
 * and *what says what it is: "the file is " goes before it. It is a PDF if it begins with "%PDF"; if it is
 * nothing else for certain (an archive may hold a PDF, or several, just as they are), then also with that
 * further in, or, its head being lost, with "startxref" or an object. *what is static. */
enum code mark_judge(const struct mark *mark, bool ended, const char **what);

/* A file that lies in memory as a whole. */
enum code mark_look(const void *data, size_t size, const char **what);

#endif
