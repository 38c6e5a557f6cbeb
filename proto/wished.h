/* wished - what a caller may say of a job beside its instructions: outputs, metadata, the previous run, a
 * password, patience
 *
 * As a text, {"outputs": 24, "metadata": {…}, "previous": "j-1", "password": "…", "economy": true, "fault":
 * "…", "remark": "…"}; what is not wished is left out, and nothing at all is the empty text.  Front and
 * `slidemill run` write it, the supervisor reads it.
 */
#ifndef PROTO_WISHED_H
#define PROTO_WISHED_H

#include <stdbool.h>
#include <stdint.h>

struct wished {
    uint32_t outputs; /* see proto/artifact.h */
    char *metadata;   /* compact JSON; "": none */
    char *previous;   /* job id; "": none */
    char *password;   /* what opens the PDF; "": none */
    bool economy;     /* cheaper, and later: by the provider's batch API */
    char *fault;  /* why the job fails as soon as it is accepted: its caller learns that by callback; "" */
    char *remark; /* which field was left out or replaced by a default; "": none */
};

/* malloced */
char *wished_text(const struct wished *wished);

/* What cannot be read is not wished. Its texts are malloced; wished_clear frees them. */
void wished_read(struct wished *wished, const char *text);
void wished_clear(struct wished *wished);

#endif
