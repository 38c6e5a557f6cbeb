/* error_body - what the body of an HTTP error says, in whatever shape it comes
 *
 * Pure.  The API's own shape is {"error": {"message", "type", "param", "code"}}
 * (https://platform.openai.com/docs/guides/error-codes). Compatible servers and the gateways before them also
 * send a list around it, a bare string or list, "detail" with a text or a list of {loc, msg, type} (FastAPI),
 * "errors", the message at the top, JSON inside a message string, numbers as strings, or a web page.
 */
#ifndef STAGES_VISION_MODEL_ERROR_BODY_H
#define STAGES_VISION_MODEL_ERROR_BODY_H

#include <stddef.h>

#include <jansson.h>

enum { ERROR_WORDS = 4 };

struct error_said {
    long status;                 /* an HTTP status told in the body, 400..599; 0: none */
    char words[ERROR_WORDS][64]; /* code and type as a machine wrote them, the most telling first; "": none */
    char param[64];              /* the field of the request that is to blame, "" if none is named */
    char message[1024];          /* its sentences, joined; UTF-8, in one line; may quote what we sent */
};

/* Reads the body; root: its JSON, NULL if it is none. */
void error_body_read(const json_t *root, const char *body, size_t size, struct error_said *said);

/* Does the value look like an error (an object or a list with a member that only errors have)? */
const json_t *error_body_in(const json_t *root);

/* Writes the message of struct error_said as a person may read it: without keys, long runs of letters and
 * digits (pictures, tokens), cut to room bytes. secret: our own key, never to be shown; NULL or "": none. */
void error_body_sentence(const char *message, const char *secret, char *to, size_t room);

#endif
