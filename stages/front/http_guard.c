/* http_guard - see http_guard.h */
#include "stages/front/http_guard.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/panic.h"
#include "stages/front/http_framing.h"

enum { MAX_REQUEST_LINE = MAX_TARGET + 32, FIRST_ROOM = 1024 };

struct http_guard {
    enum { IN_HEAD, IN_BODY, IN_CHUNKS, IN_TRAILER, SHUT } phase;
    char *text; /* the head (or trailer) as far as it has come; none of it has gone on */
    size_t used, room;
    bool good;      /* the text is whole, and may go on */
    size_t line;    /* where its last line begins */
    unsigned lines; /* whole ones */
    bool blank;     /* an empty line came before the request */
    bool http11;
    uint64_t left; /* bytes of a body with a length */
    struct chunks chunks;
    unsigned long heads, whole;
    struct request_error error;
    unsigned status;
};

struct http_guard *http_guard_new(void)
{
    return need_zero(1, sizeof(struct http_guard));
}

/* A key may be in it. */
static void wipe(char **text, size_t size)
{
    if (*text != NULL)
        explicit_bzero(*text, size);
    free(*text);
    *text = NULL;
}

void http_guard_free(struct http_guard **guard)
{
    wipe(&(*guard)->text, (*guard)->used);
    free(*guard);
    *guard = NULL;
}

const struct request_error *http_guard_error(const struct http_guard *guard, unsigned *status)
{
    *status = guard->status;
    return guard->phase == SHUT ? &guard->error : NULL;
}

unsigned long http_guard_heads(const struct http_guard *guard)
{
    return guard->heads;
}

unsigned long http_guard_whole(const struct http_guard *guard)
{
    return guard->whole;
}

/* status 0: the code's own. */
static void shut_guard(struct http_guard *guard, enum code code, unsigned status, const char *why)
{
    guard->phase = SHUT;
    guard->status = status != 0 ? status : code_status(code);
    request_error_set(&guard->error, code, "%s", why);
}

static void refuse(struct http_guard *guard, const char *why)
{
    shut_guard(guard, CODE_BAD_REQUEST, 0, why);
}

bool http_guard_has_begun(const struct http_guard *guard)
{
    return guard->phase != IN_HEAD || guard->used > 0 || guard->blank;
}

bool http_guard_expire(struct http_guard *guard)
{
    if (guard->phase == SHUT || !http_guard_has_begun(guard))
        return false;
    shut_guard(guard, CODE_REQUEST_TIMEOUT, 0, code_doc(CODE_REQUEST_TIMEOUT));
    return true;
}

/* ---- lines ---- */

static const char too_long[] = "the request target has more than 8192 bytes";

static void request_line_ended(struct http_guard *guard, const char *line, size_t size)
{
    const char *blank = memchr(line, ' ', size), *end = line + size, *target, *version;

    target = blank == NULL ? end : blank + 1;
    blank = memchr(target, ' ', (size_t)(end - target));
    version = blank == NULL ? end : blank + 1;
    for (const char *c = line; c < end; c++)
        if (*c < 0x20 || *c >= 0x7f) {
            refuse(guard, "the request line has bytes that are not visible ASCII");
            return;
        }
    if (target == line + 1 || version <= target + 1 || end - version < 5 ||
        memcmp(version, "HTTP/", 5) != 0 || memchr(version, ' ', (size_t)(end - version)) != NULL) {
        refuse(guard, "the request line is not method, target and version, each parted by one blank");
        return;
    }
    guard->http11 = end - version == 8 && memcmp(version, "HTTP/1.1", 8) == 0;
    if (!guard->http11 && (end - version != 8 || memcmp(version, "HTTP/1.0", 8) != 0))
        shut_guard(guard, CODE_BAD_REQUEST, 505, "the HTTP version is neither 1.0 nor 1.1");
    else if (version - target > MAX_TARGET + 1)
        shut_guard(guard, CODE_URI_TOO_LONG, 0, too_long);
}

static void header_line_ended(struct http_guard *guard, const char *line, size_t size)
{
    struct header header;

    if (*line == ' ' || *line == '\t')
        refuse(guard, "a header is folded, or has a blank before its name");
    else if (guard->lines > MAX_HEADERS)
        shut_guard(guard, CODE_HEADERS_TOO_LARGE, 0, "there are more than 100 headers");
    else if (!header_split(line, size, &header))
        refuse(guard,
               "a header line has no colon, or a name that is empty or has a blank or other characters "
               "that no name has");
}

static void request_ended(struct http_guard *guard)
{
    guard->whole++;
    guard->phase = IN_HEAD;
    guard->lines = 0;
    guard->blank = false;
}

/* What stands behind the name is overwritten. */
static void cover_cookie(char *line, size_t size)
{
    static const char name[] = "Cookie:";
    const size_t length = sizeof name - 1;

    if (size > length && strncasecmp(line, name, length) == 0)
        memset(line + length, 'x', size - length);
}

static void cover_cookies(struct http_guard *guard)
{
    char *end = guard->text + guard->used - 2;

    for (char *line = strchr(guard->text, '\n') + 1; line < end; line = strchr(line, '\n') + 1)
        cover_cookie(line, strcspn(line, "\r"));
}

static void head_ended(struct http_guard *guard)
{
    struct header headers[MAX_HEADERS];
    struct framing framing;
    size_t count = 0;
    const char *why, *end = guard->text + guard->used - 2;

    for (const char *line = strchr(guard->text, '\n') + 1; line < end; line = strchr(line, '\n') + 1)
        must(header_split(line, strcspn(line, "\r"), &headers[count++]));
    why = headers_check(headers, count, guard->http11, &framing);
    if (why != NULL) {
        refuse(guard, why);
        return;
    }
    cover_cookies(guard);
    guard->heads++;
    guard->good = true;
    guard->left = framing.length;
    guard->chunks = (struct chunks){.left = 0};
    if (framing.chunked)
        guard->phase = IN_CHUNKS;
    else if (framing.length > 0)
        guard->phase = IN_BODY;
    else
        request_ended(guard);
}

static void empty_line_ended(struct http_guard *guard)
{
    if (guard->phase == IN_TRAILER) {
        guard->good = true;
        request_ended(guard);
    } else if (guard->lines > 0) {
        head_ended(guard);
    } else if (guard->blank) {
        refuse(guard, "there are empty lines before the request");
    } else {
        guard->blank = guard->good = true; /* one may come behind a body (RFC 9112 2.2) */
    }
}

static bool is_clean(const char *line, size_t size)
{
    return memchr(line, '\r', size) == NULL && memchr(line, '\0', size) == NULL;
}

static void line_ended(struct http_guard *guard)
{
    const char *line = guard->text + guard->line;
    size_t size = guard->used - guard->line;

    if (size < 2 || line[size - 2] != '\r' || !is_clean(line, size - 2)) {
        refuse(guard, "a line does not end with CR LF, or has a CR or a NUL within");
        return;
    }
    size -= 2;
    if (size == 0) {
        empty_line_ended(guard);
        return;
    }
    if (guard->lines == 0)
        request_line_ended(guard, line, size);
    else
        header_line_ended(guard, line, size);
    guard->lines++;
    guard->line = guard->used;
}

static void append_text(struct http_guard *guard, const char *data, size_t size)
{
    if (guard->used + size >= guard->room) {
        guard->room = guard->used + size < FIRST_ROOM ? FIRST_ROOM : 2 * (guard->used + size);
        guard->text = need_more(guard->text, guard->room);
    }
    memcpy(guard->text + guard->used, data, size);
    guard->used += size;
    guard->text[guard->used] = '\0';
}

/* ---- a piece of what comes ---- */

static size_t take_line(struct http_guard *guard, const char *data, size_t size)
{
    const char *end = memchr(data, '\n', size);
    size_t piece = end == NULL ? size : (size_t)(end - data) + 1;

    if (guard->lines == 0 && guard->used + piece > MAX_REQUEST_LINE) {
        shut_guard(guard, CODE_URI_TOO_LONG, 0, too_long);
        return 0;
    }
    if (guard->used + piece > MAX_HEAD) {
        shut_guard(guard, CODE_HEADERS_TOO_LARGE, 0,
                   "the request line and the headers have more than 16384 bytes");
        return 0;
    }
    append_text(guard, data, piece);
    if (end != NULL)
        line_ended(guard);
    return piece;
}

static size_t take_body(struct http_guard *guard, size_t size)
{
    size_t piece = size < guard->left ? size : (size_t)guard->left;

    guard->left -= piece;
    if (guard->left == 0)
        request_ended(guard);
    return piece;
}

static size_t take_chunks(struct http_guard *guard, const char *data, size_t size)
{
    long piece = chunks_take(&guard->chunks, data, size);

    if (piece < 0) {
        refuse(guard, "the chunks of the body are malformed");
        return 0;
    }
    if (guard->chunks.phase == CHUNKS_ENDED) {
        guard->phase = IN_TRAILER;
        guard->lines = 1; /* as behind a request line */
    }
    return (size_t)piece;
}

/* ---- what goes on ---- */

/* The good text takes its place at the end of the bytes taken. Returns where it begins: before data, if a
 * part of it came earlier. */
static char *release_text(struct http_guard *guard, char *data, size_t taken)
{
    char *begin = data + taken - guard->used;

    memcpy(begin, guard->text, guard->used); /* cookies are covered in it */
    wipe(&guard->text, guard->used);
    guard->used = guard->room = guard->line = 0;
    guard->good = false;
    return begin;
}

size_t http_guard_take(struct http_guard *guard, char *data, size_t size, char **passed)
{
    size_t at = 0, good = 0;

    *passed = data;
    while (at < size && guard->phase != SHUT) {
        size_t piece = guard->phase == IN_BODY     ? take_body(guard, size - at)
                       : guard->phase == IN_CHUNKS ? take_chunks(guard, data + at, size - at)
                                                   : take_line(guard, data + at, size - at);

        if (guard->phase == SHUT)
            break;
        at += piece;
        if (guard->good) {
            char *begin = release_text(guard, data, at);

            if (begin < data)
                *passed = begin;
        }
        if (guard->used == 0)
            good = at;
    }
    return (size_t)(data + good - *passed);
}
