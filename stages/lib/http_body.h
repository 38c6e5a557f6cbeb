/* http_body - the body of a request, in pieces that are put together only while it is sent
 *
 * Pure.  A picture inside a JSON body is base64 (RFC 4648, section 4).  Here it is held as it is and encoded
 * on its way out, so that a call under way holds no second copy of it.  Any part of a body can be read at any
 * time and again, as a request needs it that is sent once more on another connection.
 */
#ifndef STAGES_LIB_HTTP_BODY_H
#define STAGES_LIB_HTTP_BODY_H

#include <stddef.h>

struct http_body;

struct http_body *http_body_new(void);
void http_body_free(struct http_body **body);

/* Appends size bytes, which are sent as they are, or as base64. They are borrowed until the body is freed;
 * then release is called with owner (NULL: there is nothing to do). Of size 0, they only keep the owner. */
void http_body_add(struct http_body *body, const void *data, size_t size, void (*release)(void *owner),
                   void *owner);
void http_body_add_base64(struct http_body *body, const void *data, size_t size, void (*release)(void *owner),
                          void *owner);

/* Appends bytes that free(3) will take back. */
void http_body_add_owned(struct http_body *body, void *data, size_t size);

/* Appends the pieces of another body, which is freed. */
void http_body_append(struct http_body *body, struct http_body **other);

/* How many bytes are sent. */
size_t http_body_size(const struct http_body *body);

/* Writes what is sent from byte at on, at most room bytes. Returns how many; fewer than room only at the end.
 */
size_t http_body_read(const struct http_body *body, size_t at, void *to, size_t room);

#endif
