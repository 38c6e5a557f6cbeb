/* upload - reads a form with the PDF in it while it arrives
 *
 * The PDF goes into a memory file that ends up, sealed and mapped, as the frame for the supervisor: its bytes
 * are written once and never copied.  Bounded by limits.pdf_bytes; hashed on the way.
 */
#ifndef FRONT_UPLOAD_H
#define FRONT_UPLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "proto/wire.h"
#include "stages/front/request_error.h"
#include "stages/front/job_request.h"

struct upload;

/* most: bytes that the PDF may have. NULL: the memory file cannot be created (errno). */
struct upload *upload_new(const char *boundary, uint64_t max);
void upload_free(struct upload **upload); /* NULL inside is fine */

/* 0, or -1 with the error; then nothing more may be fed. */
int upload_feed(struct upload *upload, const char *data, size_t size, struct request_error *error);

/* The body is over: the checked record, the digest, and the PDF as a frame of message. 0, or -1 with the
 * error. */
int upload_finish(struct upload *upload, struct job_request *job_request, char digest[DIGEST_HEX + 1],
                  struct wire *message, struct request_error *error);

#endif
