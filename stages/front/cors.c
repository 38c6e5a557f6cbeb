/* cors - see cors.h */
#include "stages/front/cors.h"

#include <string.h>
#include <strings.h>

static const char between[] = ", \t";

/* Browsers leave out the port that belongs to the scheme. */
static bool has_default_port(const char *text, size_t size)
{
    static const struct {
        const char *scheme, *port;
    } defaults[] = {{"http://", ":80"}, {"https://", ":443"}};

    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        size_t scheme = strlen(defaults[i].scheme), port = strlen(defaults[i].port);

        if (size > scheme + port && memcmp(text, defaults[i].scheme, scheme) == 0 &&
            memcmp(text + size - port, defaults[i].port, port) == 0)
            return true;
    }
    return false;
}

/* Steps to the next entry; its size, 0 at the end. */
static size_t next_entry(const char **list, size_t size)
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
    for (size_t size = next_entry(&list, 0); size > 0; size = next_entry(&list, size)) {
        if (has_default_port(list, size))
            return "an entry has the port that its scheme has anyway, which browsers leave out: "
                   "https://app.example, not https://app.example:443";
        if (!is_origin(list, size))
            return "an entry is not an origin, as in https://app.example: scheme and host in small letters, "
                   "no path";
    }
    return NULL;
}

const char *cors_answer(const char *list, const char *origin)
{
    size_t wanted = origin == NULL ? 0 : strlen(origin);

    for (size_t size = next_entry(&list, 0); size > 0 && wanted > 0; size = next_entry(&list, size)) {
        if (size == 1 && *list == '*')
            return "*";
        if (size == wanted && memcmp(list, origin, size) == 0)
            return origin;
    }
    return NULL;
}

static bool is_same_origin(const char *origin, const char *site, const char *host)
{
    const char *authority = strstr(origin, "://");

    if (site != NULL) /* browsers since 2023; no page can set it */
        return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    return authority != NULL && host != NULL && strcasecmp(authority + 3, host) == 0;
}

bool cors_is_foreign(const char *list, const char *origin, const char *site, const char *host)
{
    return origin != NULL && cors_answer(list, origin) == NULL && !is_same_origin(origin, site, host);
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
