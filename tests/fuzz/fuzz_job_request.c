/* fuzz_job_request - any bytes as the JSON of a job, and as each field of a form: a sound record, or a
 * sentence */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/front/job_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fault(const struct request_error *error)
{
    must(error->detail[0] != '\0' && utf8_valid(error->detail, strlen(error->detail)));
}

static void check_job_request(const struct job_request *job_request)
{
    must(job_error(job_request->job, strlen(job_request->job)) == NULL);
    must(job_request->key[0] == '\0' || key_error(job_request->key, strlen(job_request->key)) == NULL);
    must(email_error(job_request->email, strlen(job_request->email)) == NULL);
    must(strlen(job_request->language) <= MAX_LANGUAGE &&
         strlen(job_request->remark) < sizeof job_request->remark);
    must(utf8_valid(job_request->filename, strlen(job_request->filename)));
}

static void try_json(const char *text, size_t size)
{
    char digest[DIGEST_HEX + 1];
    struct job_request job_request;
    struct request_error error;

    if (job_request_json(&job_request, text, size, false, &error) == -1) {
        check_fault(&error);
        return;
    }
    check_job_request(&job_request);
    must(job_request.faulty || job_request.key[0] != '\0');
    job_request_digest(&job_request, NULL, digest);
    must(strlen(digest) == DIGEST_HEX);
}

static void try_fields(const char *text, size_t size)
{
    static const char *const names[] = {"jobId", "email", "language", "metadata", "outputs", "previous", "x"};
    struct job_request job_request = {.job = ""};
    struct request_error error;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (job_request_field_known(names[i], &error) == -1 ||
            job_request_field(&job_request, names[i], text, size, &error) == -1)
            check_fault(&error);
    }
    filename_clean(job_request.filename, text, size);
    job_request_defaults(&job_request, (const unsigned char *)"slidemil");
    check_job_request(&job_request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_json((const char *)data, size);
    try_fields((const char *)data, size < MAX_JOB_FIELD ? size : MAX_JOB_FIELD);
    return 0;
}
