/* cors - see cors.h */
#include "stages/front/cors.h"

#include <string.h>

static const char between[] = ", \t";

/* Steps to the next entry; its size, 0 at the end. */
static size_t next(const char **list, size_t size)
{
    *list += size;
    *list += strspn(*list, between);
    return strcspn(*list, between);
}

static bool is_origin(const char *text, size_t size)
{
    const char *colon = memchr(text, ':', size);
    size_t scheme = colon == NULL ? 0 : (size_t)(colon - text);

    if (size == 1 && *text == '*')
        return true;
    if (scheme == 0 || size - scheme < 4 || memcmp(colon, "://", 3) != 0)
        return false;
    for (size_t i = 0; i < size; i++) /* as browsers write it: no capitals, no path, no user */
        if (text[i] <= 0x20 || text[i] >= 0x7f || (text[i] >= 'A' && text[i] <= 'Z') ||
            (i > scheme + 2 && strchr("/?#@*", text[i]) != NULL))
            return false;
    return true;
}

const char *cors_error(const char *list)
{
    for (size_t size = next(&list, 0); size > 0; size = next(&list, size))
        if (!is_origin(list, size))
            return "an entry is not an origin, as in https://app.example: scheme and host in small letters, "
                   "no path";
    return NULL;
}

const char *cors_answer(const char *list, const char *origin)
{
    size_t wanted = origin == NULL ? 0 : strlen(origin);

    for (size_t size = next(&list, 0); size > 0 && wanted > 0; size = next(&list, size)) {
        if (size == 1 && *list == '*')
            return "*";
        if (size == wanted && memcmp(list, origin, size) == 0)
            return origin;
    }
    return NULL;
}

void cors_add(const char *list, const char *origin, struct MHD_Response *response)
{
    const char *allowed = cors_answer(list, origin);

    if (*list != '\0')
        MHD_add_response_header(response, "Vary", "Origin");
    if (allowed == NULL)
        return;
    MHD_add_response_header(response, "Access-Control-Allow-Origin", allowed);
    MHD_add_response_header(response, "Access-Control-Expose-Headers", "Location, Retry-After");
}

struct MHD_Response *cors_preflight(const char *methods)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

    if (response == NULL)
        return NULL;
    MHD_add_response_header(response, "Access-Control-Allow-Methods", methods);
    MHD_add_response_header(response, "Access-Control-Allow-Headers", "Authorization, Content-Type");
    MHD_add_response_header(response, "Access-Control-Max-Age", "600");
    return response;
}
