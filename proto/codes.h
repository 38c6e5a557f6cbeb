/* codes - the closed list of error codes (codes.def) as numbers and words */
#ifndef PROTO_CODES_H
#define PROTO_CODES_H

#include <stdint.h>

enum code_scope { SCOPE_REQUEST, SCOPE_JOB, SCOPE_SLIDE };

#define CODE(name, status, scope, doc) CODE_##name,
enum code {
#include "proto/codes.def"
    CODES
};
#undef CODE

/* The columns of a code in codes.def: its word ("PDF_EMPTY"), HTTP status, scope and sentence. Texts are
 * static. */
const char *code_name(enum code code);
uint32_t code_status(enum code code);
enum code_scope code_scope_of(enum code code);
const char *code_doc(enum code code);

/* The code of that word; CODE_INTERNAL if there is none. */
enum code code_of(const char *word);

#endif
