/* s3_error - what an S3 answer says, and what is to be done about it
 *
 * Pure. Bodies are XML of strangers: bounded, without entities, without network. A table decides.
 */
#ifndef STAGES_COURIER_S3_ERROR_H
#define STAGES_COURIER_S3_ERROR_H

#include <stddef.h>

#include "proto/codes.h"

/* The texts of the few elements we look for, wherever they stand below the root; "" where there is none. */
struct s3_xml {
    char root[48], code[64], message[256], region[64], upload[1024], to_sign[512];
};

void s3_xml_parse(const char *body, size_t size, struct s3_xml *xml);

enum s3_deed {
    S3_AGAIN,   /* later, the same */
    S3_MOVE,    /* with the region the answer names */
    S3_RESET,   /* with the clock the answer shows */
    S3_RESTART, /* the upload is gone: begin it anew */
    S3_GIVE_UP  /* with the code */
};

/* status 0: no answer at all. code: the Code of the body, or "". */
enum s3_deed s3_error_judge(long status, const char *code, enum code *give_up);

#endif
