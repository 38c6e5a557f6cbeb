/* s3_upload - the course of an upload in parts: create, part after part, complete; or abort
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html)
 *
 * It says which request comes next and takes what was answered; it sends nothing itself (s3.c does).
 */
#ifndef STAGES_COURIER_S3_UPLOAD_H
#define STAGES_COURIER_S3_UPLOAD_H

#include <curl/curl.h>

#include "proto/codes.h"
#include "stages/courier/s3_error.h"
#include "stages/courier/s3_request.h"

enum s3_upload_step {
    S3_UPLOAD_CREATE,
    S3_UPLOAD_PART,
    S3_UPLOAD_COMPLETE,
    S3_UPLOAD_ABORT,
    S3_UPLOAD_DONE,
    S3_UPLOAD_NONSENSE
};

struct s3_upload {
    enum s3_upload_step step;
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

/* data outlives the upload. part_size: bytes of a part; more, where there would be over 10,000 parts. */
struct s3_upload *s3_upload_new(const void *data, size_t size, size_t part_size);
void s3_upload_free(struct s3_upload **upload);

/* Fills in the request that comes next; its strings and body live until the next call. */
void s3_upload_request(struct s3_upload *upload, struct s3_request *request);

/* Takes the answer to a request that was granted. Returns the next step; S3_UPLOAD_DONE: all is there;
 * S3_UPLOAD_NONSENSE: the answer lacks the UploadId or the ETag. */
enum s3_upload_step s3_upload_heard(struct s3_upload *upload, CURL *easy, const struct s3_xml *xml);

/* The store does not know the upload any more: begins anew, once. false: that was done before. */
bool s3_upload_restarts(struct s3_upload *upload);

/* From now on the next request aborts the upload; keeps the failure that the lease is answered with
 * afterwards. false: nothing was created that could be aborted. */
bool s3_upload_aborts(struct s3_upload *upload, enum code code, bool retryable, int64_t told_ms,
                      const char *detail);

#endif
