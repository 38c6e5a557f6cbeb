/* s3_presign - a presigned URL that lets anybody who has it fetch one object until it expires */
#ifndef STAGES_COURIER_S3_PRESIGN_H
#define STAGES_COURIER_S3_PRESIGN_H

#include "stages/courier/s3_request.h"

/* The caller frees. filename: what a browser shall call it; empty: the key's last component. */
char *s3_presign(const struct s3 *s3, const char *key, const char *filename, time_t now, unsigned ttl_s);

#endif
