/* intake - a request for a job, as it came, becomes a checked record (pure)
 *
 * The JSON body carries a job id and an s3Key, mostly an address and a language, too. A request that has an
 * id is not refused: whoever sent it has taken note of the job, and waits for its callback. So what is wrong
 * with it is noted and ends the job; address and language, which are no reason for that, are left out. Fields
 * that other services take beside them and this one does not are a fault, whatever else is there is ignored.
 * A form brings the PDF itself, and each field of it may be absent; what is wrong with it is told at once.
 */
#ifndef FRONT_INTAKE_H
#define FRONT_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/front/fault.h"
#include "stages/front/language.h"
#include "stages/front/names.h"
#include "stages/front/wishes.h"

struct intake {
    char job[JOB_MOST + 1], key[KEY_MOST + 1], email[EMAIL_MOST + 1], language[LANGUAGE_MOST + 1];
    char filename[FILENAME_MOST + 1];
    struct wishes wishes;
    bool faulty; /* there is a job id, so it is accepted and fails by its callback: */
    struct fault fault;
    char remark[REMARK_ROOM]; /* what was understood otherwise than it was said; "": nothing */
};

enum { INTAKE_FIELD_MOST = METADATA_MOST, DIGEST_HEX = 64 };

/* Nothing was said yet. */
void intake_none(struct intake *intake);

/* 0, or -1 with the fault that the request is refused for. estimate: only the key must be there, and all
 * faults are such. */
int intake_json(struct intake *intake, const char *body, size_t size, bool estimate, struct fault *fault);

/* One field of a form. An empty one counts as absent; one we do not know is ignored. 0, or -1 with the fault.
 */
int intake_field(struct intake *intake, const char *name, const char *value, size_t size,
                 struct fault *fault);

/* May a form have such a field? 0, or -1 with the fault. */
int intake_field_known(const char *name, struct fault *fault);

/* What of a form was left out gets its default; the job id is made of eight random bytes. */
void intake_defaults(struct intake *intake, const unsigned char random[8]);

/* A job id of our own making: the kind and eight random bytes. */
void intake_name(struct intake *intake, const char *kind, const unsigned char random[8]);

/* Lower-case hex SHA-256 over what makes two requests the same: where the PDF is (its key, or the hash of its
 * bytes), address, language and wishes. document: 32 bytes, or NULL if the key counts. */
void intake_digest(const struct intake *intake, const unsigned char *document, char hex[DIGEST_HEX + 1]);

#endif
