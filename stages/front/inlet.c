/* inlet - see inlet.h */
#include "stages/front/inlet.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/panic.h"
#include "stages/front/chunks.h"
#include "stages/front/headers.h"

enum { REQUEST_LINE_MOST = TARGET_MOST + 32, FIRST_ROOM = 1024 };

struct inlet {
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
    struct fault fault;
    unsigned status;
};

struct inlet *inlet_new(void)
{
    return need_zero(1, sizeof(struct inlet));
}

/* A key may be in it. */
static void wipe(char **text, size_t size)
{
    if (*text != NULL)
        explicit_bzero(*text, size);
    free(*text);
    *text = NULL;
}

void inlet_free(struct inlet **inlet)
{
    wipe(&(*inlet)->text, (*inlet)->used);
    free(*inlet);
    *inlet = NULL;
}

const struct fault *inlet_fault(const struct inlet *inlet, unsigned *status)
{
    *status = inlet->status;
    return inlet->phase == SHUT ? &inlet->fault : NULL;
}

unsigned long inlet_heads(const struct inlet *inlet)
{
    return inlet->heads;
}

unsigned long inlet_whole(const struct inlet *inlet)
{
    return inlet->whole;
}

/* status 0: the code's own. */
static void shut(struct inlet *inlet, enum code code, unsigned status, const char *why)
{
    inlet->phase = SHUT;
    inlet->status = status != 0 ? status : code_status(code);
    fault_set(&inlet->fault, code, "%s", why);
}

static void refuse(struct inlet *inlet, const char *why)
{
    shut(inlet, CODE_BAD_REQUEST, 0, why);
}

bool inlet_has_begun(const struct inlet *inlet)
{
    return inlet->phase != IN_HEAD || inlet->used > 0 || inlet->blank;
}

bool inlet_expire(struct inlet *inlet)
{
    if (inlet->phase == SHUT || !inlet_has_begun(inlet))
        return false;
    shut(inlet, CODE_REQUEST_TIMEOUT, 0, code_doc(CODE_REQUEST_TIMEOUT));
    return true;
}

/* ---- lines ---- */

static const char too_long[] = "the request target has more than 8192 bytes";

static void request_line_ended(struct inlet *inlet, const char *line, size_t size)
{
    const char *blank = memchr(line, ' ', size), *end = line + size, *target, *version;

    target = blank == NULL ? end : blank + 1;
    blank = memchr(target, ' ', (size_t)(end - target));
    version = blank == NULL ? end : blank + 1;
    for (const char *c = line; c < end; c++)
        if (*c < 0x20 || *c >= 0x7f) {
            refuse(inlet, "the request line has bytes that are not visible ASCII");
            return;
        }
    if (target == line + 1 || version <= target + 1 || end - version < 5 ||
        memcmp(version, "HTTP/", 5) != 0 || memchr(version, ' ', (size_t)(end - version)) != NULL) {
        refuse(inlet, "the request line is not method, target and version, each parted by one blank");
        return;
    }
    inlet->http11 = end - version == 8 && memcmp(version, "HTTP/1.1", 8) == 0;
    if (!inlet->http11 && (end - version != 8 || memcmp(version, "HTTP/1.0", 8) != 0))
        shut(inlet, CODE_BAD_REQUEST, 505, "the HTTP version is neither 1.0 nor 1.1");
    else if (version - target > TARGET_MOST + 1)
        shut(inlet, CODE_URI_TOO_LONG, 0, too_long);
}

static void header_line_ended(struct inlet *inlet, const char *line, size_t size)
{
    struct header header;

    if (*line == ' ' || *line == '\t')
        refuse(inlet, "a header is folded, or has a blank before its name");
    else if (inlet->lines > HEADERS_MOST)
        shut(inlet, CODE_HEADERS_TOO_LARGE, 0, "there are more than 100 headers");
    else if (!header_split(line, size, &header))
        refuse(inlet,
               "a header line has no colon, or a name that is empty or has a blank or other characters "
               "that no name has");
}

static void request_ended(struct inlet *inlet)
{
    inlet->whole++;
    inlet->phase = IN_HEAD;
    inlet->lines = 0;
    inlet->blank = false;
}

/* What stands behind the name is overwritten. */
static void cover_cookie(char *line, size_t size)
{
    static const char name[] = "Cookie:";
    const size_t length = sizeof name - 1;

    if (size > length && strncasecmp(line, name, length) == 0)
        memset(line + length, 'x', size - length);
}

static void cover_cookies(struct inlet *inlet)
{
    char *end = inlet->text + inlet->used - 2;

    for (char *line = strchr(inlet->text, '\n') + 1; line < end; line = strchr(line, '\n') + 1)
        cover_cookie(line, strcspn(line, "\r"));
}

static void head_ended(struct inlet *inlet)
{
    struct header headers[HEADERS_MOST];
    struct framing framing;
    size_t count = 0;
    const char *why, *end = inlet->text + inlet->used - 2;

    for (const char *line = strchr(inlet->text, '\n') + 1; line < end; line = strchr(line, '\n') + 1)
        must(header_split(line, strcspn(line, "\r"), &headers[count++]));
    why = headers_check(headers, count, inlet->http11, &framing);
    if (why != NULL) {
        refuse(inlet, why);
        return;
    }
    cover_cookies(inlet);
    inlet->heads++;
    inlet->good = true;
    inlet->left = framing.length;
    inlet->chunks = (struct chunks){.left = 0};
    if (framing.chunked)
        inlet->phase = IN_CHUNKS;
    else if (framing.length > 0)
        inlet->phase = IN_BODY;
    else
        request_ended(inlet);
}

static void empty_line_ended(struct inlet *inlet)
{
    if (inlet->phase == IN_TRAILER) {
        inlet->good = true;
        request_ended(inlet);
    } else if (inlet->lines > 0) {
        head_ended(inlet);
    } else if (inlet->blank) {
        refuse(inlet, "there are empty lines before the request");
    } else {
        inlet->blank = inlet->good = true; /* one may come behind a body (RFC 9112 2.2) */
    }
}

static bool is_clean(const char *line, size_t size)
{
    return memchr(line, '\r', size) == NULL && memchr(line, '\0', size) == NULL;
}

static void line_ended(struct inlet *inlet)
{
    const char *line = inlet->text + inlet->line;
    size_t size = inlet->used - inlet->line;

    if (size < 2 || line[size - 2] != '\r' || !is_clean(line, size - 2)) {
        refuse(inlet, "a line does not end with CR LF, or has a CR or a NUL within");
        return;
    }
    size -= 2;
    if (size == 0) {
        empty_line_ended(inlet);
        return;
    }
    if (inlet->lines == 0)
        request_line_ended(inlet, line, size);
    else
        header_line_ended(inlet, line, size);
    inlet->lines++;
    inlet->line = inlet->used;
}

static void keep(struct inlet *inlet, const char *data, size_t size)
{
    if (inlet->used + size >= inlet->room) {
        inlet->room = inlet->used + size < FIRST_ROOM ? FIRST_ROOM : 2 * (inlet->used + size);
        inlet->text = need_more(inlet->text, inlet->room);
    }
    memcpy(inlet->text + inlet->used, data, size);
    inlet->used += size;
    inlet->text[inlet->used] = '\0';
}

/* ---- a piece of what comes ---- */

static size_t take_line(struct inlet *inlet, const char *data, size_t size)
{
    const char *end = memchr(data, '\n', size);
    size_t piece = end == NULL ? size : (size_t)(end - data) + 1;

    if (inlet->lines == 0 && inlet->used + piece > REQUEST_LINE_MOST) {
        shut(inlet, CODE_URI_TOO_LONG, 0, too_long);
        return 0;
    }
    if (inlet->used + piece > HEAD_MOST) {
        shut(inlet, CODE_HEADERS_TOO_LARGE, 0, "the request line and the headers have more than 16384 bytes");
        return 0;
    }
    keep(inlet, data, piece);
    if (end != NULL)
        line_ended(inlet);
    return piece;
}

static size_t take_body(struct inlet *inlet, size_t size)
{
    size_t piece = size < inlet->left ? size : (size_t)inlet->left;

    inlet->left -= piece;
    if (inlet->left == 0)
        request_ended(inlet);
    return piece;
}

static size_t take_chunks(struct inlet *inlet, const char *data, size_t size)
{
    long piece = chunks_take(&inlet->chunks, data, size);

    if (piece < 0) {
        refuse(inlet, "the chunks of the body are malformed");
        return 0;
    }
    if (inlet->chunks.phase == CHUNKS_ENDED) {
        inlet->phase = IN_TRAILER;
        inlet->lines = 1; /* as behind a request line */
    }
    return (size_t)piece;
}

/* ---- what goes on ---- */

/* The good text takes its place at the end of the bytes taken. Returns where it begins: before data, if a
 * part of it came earlier. */
static char *release(struct inlet *inlet, char *data, size_t taken)
{
    char *begin = data + taken - inlet->used;

    memcpy(begin, inlet->text, inlet->used); /* cookies are covered in it */
    wipe(&inlet->text, inlet->used);
    inlet->used = inlet->room = inlet->line = 0;
    inlet->good = false;
    return begin;
}

size_t inlet_take(struct inlet *inlet, char *data, size_t size, char **passed)
{
    size_t at = 0, good = 0;

    *passed = data;
    while (at < size && inlet->phase != SHUT) {
        size_t piece = inlet->phase == IN_BODY     ? take_body(inlet, size - at)
                       : inlet->phase == IN_CHUNKS ? take_chunks(inlet, data + at, size - at)
                                                   : take_line(inlet, data + at, size - at);

        if (inlet->phase == SHUT)
            break;
        at += piece;
        if (inlet->good) {
            char *begin = release(inlet, data, at);

            if (begin < data)
                *passed = begin;
        }
        if (inlet->used == 0)
            good = at;
    }
    return (size_t)(data + good - *passed);
}
