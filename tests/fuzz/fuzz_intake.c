/* fuzz_intake - any bytes as the JSON of a job, and as each field of a form: a sound record, or a sentence */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/front/intake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fault(const struct fault *fault)
{
    must(fault->detail[0] != '\0' && utf8_valid(fault->detail, strlen(fault->detail)));
}

static void check_intake(const struct intake *intake)
{
    must(job_fault(intake->job, strlen(intake->job)) == NULL);
    must(intake->key[0] == '\0' || key_fault(intake->key, strlen(intake->key)) == NULL);
    must(email_fault(intake->email, strlen(intake->email)) == NULL);
    must(strlen(intake->language) <= LANGUAGE_MOST && strlen(intake->remark) < sizeof intake->remark);
    must(utf8_valid(intake->filename, strlen(intake->filename)));
}

static void try_json(const char *text, size_t size)
{
    char digest[DIGEST_HEX + 1];
    struct intake intake;
    struct fault fault;

    if (intake_json(&intake, text, size, false, &fault) == -1) {
        check_fault(&fault);
        return;
    }
    check_intake(&intake);
    must(intake.faulty || intake.key[0] != '\0');
    intake_digest(&intake, NULL, digest);
    must(strlen(digest) == DIGEST_HEX);
}

static void try_fields(const char *text, size_t size)
{
    static const char *const names[] = {"jobId", "email", "language", "metadata", "outputs", "previous", "x"};
    struct intake intake = {.job = ""};
    struct fault fault;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (intake_field_known(names[i], &fault) == -1 ||
            intake_field(&intake, names[i], text, size, &fault) == -1)
            check_fault(&fault);
    }
    filename_clean(intake.filename, text, size);
    intake_defaults(&intake, (const unsigned char *)"slidemil");
    check_intake(&intake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_json((const char *)data, size);
    try_fields((const char *)data, size < INTAKE_FIELD_MOST ? size : INTAKE_FIELD_MOST);
    return 0;
}
