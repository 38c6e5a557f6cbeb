/* s3upload - the course of an upload in parts: create, part after part, complete; or abort
 *
 * Says which request comes next and takes what was answered; sends nothing itself.
 */
#ifndef STAGES_COURIER_S3UPLOAD_H
#define STAGES_COURIER_S3UPLOAD_H

#include <curl/curl.h>

#include "proto/codes.h"
#include "stages/courier/s3error.h"
#include "stages/courier/s3request.h"

enum upload_step { UPLOAD_CREATE, UPLOAD_PART, UPLOAD_COMPLETE, UPLOAD_ABORT, UPLOAD_DONE, UPLOAD_NONSENSE };

struct upload {
    enum upload_step step;
    const char *data; /* the lease's frame */
    size_t size, part_size;
    unsigned part, parts; /* part: the one under way, from 0 */
    char **etags;
    char *id;
    char number[16], *list; /* of the request under way */
    bool restarted;
    enum code code; /* why it is aborted */
    bool retryable;
    int64_t told_ms;
    char *detail;
};

struct upload *upload_new(const void *data, size_t size, size_t part_size);
void upload_free(struct upload **upload);

/* Fills in the request that comes next; its strings live until the next call. */
void upload_request(struct upload *upload, struct s3request *request);

/* Takes a good answer. Returns the next step; UPLOAD_DONE: all is there; UPLOAD_NONSENSE: the answer lacks
 * something. */
enum upload_step upload_heard(struct upload *upload, CURL *easy, const struct s3xml *xml);

/* Begins anew, once; false: that was done before. */
bool upload_restarts(struct upload *upload);

/* Turns to aborting, and keeps why; false: nothing was created that could be aborted. */
bool upload_aborts(struct upload *upload, enum code code, bool retryable, int64_t told_ms,
                   const char *detail);

#endif
