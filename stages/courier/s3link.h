/* s3link - a presigned URL that lets anybody who has it fetch one object until it expires */
#ifndef STAGES_COURIER_S3LINK_H
#define STAGES_COURIER_S3LINK_H

#include "stages/courier/s3request.h"

/* The caller frees. filename: what a browser shall call it; empty: the key's last component. */
char *s3link(const struct s3 *s3, const char *key, const char *filename, time_t now, unsigned ttl_s);

#endif
