/* doubt - see doubt.h */
#include "stages/vision/grounding/doubt.h"

#include <stdbool.h>
#include <string.h>

#include "proto/panic.h"

enum doubt doubt_of_claim(const json_t *claim)
{
    const char *where = json_string_value(json_object_get(claim, "where"));
    bool taught = where != NULL && (strcmp(where, "card") == 0 || strcmp(where, "key_points") == 0);

    if (json_is_true(json_object_get(claim, "contradicts")))
        return taught ? DOUBT_TAUGHT : DOUBT_CONTRADICTION;
    return taught ? DOUBT_OWN : DOUBT_NONE;
}

enum doubt doubt_of_answer(const json_t *answer)
{
    const json_t *claim;
    enum doubt worst = DOUBT_NONE;
    size_t i;

    json_array_foreach(json_object_get(answer, "unsupported"), i, claim)
    {
        enum doubt doubt = doubt_of_claim(claim);

        worst = doubt > worst ? doubt : worst;
    }
    return worst;
}

json_t *doubt_claims(const json_t *answer)
{
    json_t *claims = json_array(), *claim;
    size_t i;

    must(claims != NULL);
    json_array_foreach(json_object_get(answer, "unsupported"), i, claim)
    {
        if (doubt_of_claim(claim) != DOUBT_NONE)
            json_array_append(claims, claim);
    }
    return claims;
}
