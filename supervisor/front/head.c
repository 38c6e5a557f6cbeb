/* head - see head.h */
#include "supervisor/front/head.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { HEADERS_MOST = 128 };

struct heads {
    struct header list[HEADERS_MOST];
    size_t count;
    bool broken;
    uintptr_t end; /* where the last value ends */
};

/* libmicrohttpd 0.9 cuts targets and values at a NUL, drops lines without a name and unfolds lines elsewhere
 * in memory. Otherwise the head lies in its buffer as it came, each line end turned into NULs. So a gap
 * between two headers, or something else than NULs behind the last, shows what it hides. Newer ones refuse
 * such forms themselves. */
static bool is_lenient(void)
{
    return MHD_get_version()[0] == '0';
}

static bool has_gap(const struct heads *heads, const char *name)
{
    uintptr_t begin = (uintptr_t)name;

    return heads->count > 0 && is_lenient() && (begin <= heads->end || begin - heads->end > 2);
}

/* Behind the last value: its CR LF and those of the empty line. */
static bool has_rest(const struct heads *heads)
{
    static const char ends[4];
    const char *last = heads->count == 0 ? NULL : (const char *)heads->end;

    return last != NULL && is_lenient() && memcmp(last, ends, sizeof ends) != 0;
}

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                 const char *value, size_t value_size)
{
    struct heads *heads = arg;

    (void)kind;
    if (heads->count == HEADERS_MOST || has_gap(heads, name)) {
        heads->broken = true;
        return MHD_NO;
    }
    heads->list[heads->count++] = (struct header){name, value == NULL ? "" : value, name_size, value_size};
    heads->end = value == NULL ? (uintptr_t)name + name_size + 1 : (uintptr_t)value + value_size;
    return MHD_YES;
}

const char *head_check(struct MHD_Connection *connection, const char *text, size_t text_size,
                       const char *version, struct framing *framing, unsigned *status)
{
    struct heads heads = {.count = 0};

    *status = 0;
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) {
        *status = 505;
        return "the HTTP version is neither 1.0 nor 1.1";
    }
    if (is_lenient() && version != text + text_size + 1)
        return "the request line is not method, target and version, each parted by one blank";
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &heads);
    if (heads.broken || has_rest(&heads))
        return "a header is folded, nameless or has a NUL, a line does not end with CR LF, or there are more "
               "than 128";
    return headers_check(heads.list, heads.count, strcmp(version, "HTTP/1.1") == 0, framing);
}
