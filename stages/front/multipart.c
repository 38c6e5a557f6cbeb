/* multipart - see multipart.h */
#include "stages/front/multipart.h"

#include <string.h>
#include <strings.h>

#include "stages/front/http_framing.h"
#include "stages/front/request_target.h"

/* DATA also stands before the first mark, with the mark's CR LF taken as seen. */
enum { BEFORE, AFTER_MARK, AFTER_DASH, AFTER_CR, HEAD, DATA, DONE, DONE_CR, OVER, BROKEN };

/* ---- parameters: name=token or name="quoted" ---- */

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* Takes a value at *at into value. Length, or -1. */
static long read_value(const char **at, const char *end, char *value, size_t room)
{
    const char *c = *at;
    bool quoted = c < end && *c == '"';
    size_t used = 0;

    for (c += quoted; c < end && (quoted ? *c != '"' : http_is_token(c, 1)); c++) {
        if (quoted && *c == '\\' && end - c > 1 && (c[1] == '"' || c[1] == '\\'))
            c++;
        if (used + 1 >= room)
            return -1;
        value[used++] = *c;
    }
    if (quoted && (c >= end || *c++ != '"'))
        return -1;
    if (!quoted && used == 0)
        return -1;
    value[used] = '\0';
    *at = c;
    return (long)used;
}

struct parameter {
    const char *name;
    char *value;
    size_t room;
    long size; /* -1: not there */
};

static struct parameter *parameter_named(struct parameter *wanted, size_t count, const char *name,
                                         size_t size)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(wanted[i].name) == size && strncasecmp(wanted[i].name, name, size) == 0)
            return &wanted[i];
    return NULL;
}

/* Reads "; name=value" to the end. Each wanted one at most once; others are skipped. */
static int read_parameters(const char *at, const char *end, struct parameter *wanted, size_t count)
{
    for (;;) {
        char other[MAX_PART_FILENAME + 1];
        struct parameter *found;
        const char *name;

        at = skip_blanks(at, end);
        if (at == end)
            return 0;
        if (*at != ';')
            return -1;
        name = at = skip_blanks(at + 1, end);
        if (at == end)
            return 0; /* a closing semicolon */
        while (at < end && http_is_token(at, 1))
            at++;
        found = parameter_named(wanted, count, name, (size_t)(at - name));
        if (at == name || at == end || *at++ != '=')
            return -1;
        if (found == NULL) {
            if (read_value(&at, end, other, sizeof other) < 0)
                return -1;
            continue;
        }
        if (found->size >= 0)
            return -1;
        found->size = read_value(&at, end, found->value, found->room);
        if (found->size < 0)
            return -1;
    }
}

static bool is_boundary(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!http_is_token(&text[i], 1) && (text[i] == '\0' || strchr("()/:=?, ", text[i]) == NULL))
            return false;
    return size > 0 && text[size - 1] != ' ';
}

int multipart_boundary(const char *content_type, char boundary[MAX_BOUNDARY + 1])
{
    static const char type[] = "multipart/form-data";
    struct parameter wanted = {"boundary", boundary, MAX_BOUNDARY + 1, -1};
    size_t size = sizeof type - 1;

    if (strncasecmp(content_type, type, size) != 0)
        return -1;
    content_type += size;
    if (read_parameters(content_type, content_type + strlen(content_type), &wanted, 1) == -1 ||
        wanted.size < 0)
        return -1;
    return is_boundary(boundary, (size_t)wanted.size) ? 0 : -1;
}

/* ---- the head of a part ---- */

struct disposition {
    char name[MAX_PART_NAME + 1], filename[MAX_PART_FILENAME + 1];
    long name_size, filename_size;
};

/* filename*=UTF-8''a%20b (RFC 8187). RFC 7578 4.2 forbids it in forms, but older clients send it in place of
 * filename, or beside one that they could not spell. One that cannot be read is as if it were not there. */
static void read_extended_name(struct disposition *to, const char *text)
{
    static const char charset[] = "UTF-8'";
    const char *value =
        strncasecmp(text, charset, sizeof charset - 1) == 0 ? strchr(text + sizeof charset - 1, '\'') : NULL;
    char name[3 * MAX_PART_FILENAME + 1];
    long size = value == NULL ? -1 : percent_decode(name, value + 1, strlen(value + 1));

    if (size < 0 || size > MAX_PART_FILENAME)
        return;
    memcpy(to->filename, name, (size_t)size);
    to->filename[size] = '\0';
    to->filename_size = size;
}

static int read_disposition(struct disposition *to, const char *value, const char *end)
{
    static const char type[] = "form-data";
    char extended[3 * MAX_PART_FILENAME + 1];
    struct parameter wanted[] = {{"name", to->name, sizeof to->name, -1},
                                 {"filename", to->filename, sizeof to->filename, -1},
                                 {"filename*", extended, sizeof extended, -1}};

    if (to->name_size >= 0 || (size_t)(end - value) < sizeof type - 1 ||
        strncasecmp(value, type, sizeof type - 1) != 0)
        return -1;
    if (read_parameters(value + sizeof type - 1, end, wanted, 3) == -1 || wanted[0].size <= 0)
        return -1;
    to->name_size = wanted[0].size;
    to->filename_size = wanted[1].size;
    if (wanted[2].size >= 0)
        read_extended_name(to, extended);
    return 0;
}

static bool is_plain_encoding(const char *value, const char *end)
{
    static const char *const plain[] = {"7bit", "8bit", "binary"};

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if ((size_t)(end - value) == strlen(plain[i]) && strncasecmp(value, plain[i], strlen(plain[i])) == 0)
            return true;
    return false;
}

static bool has_controls(const char *at, const char *end)
{
    for (; at < end; at++)
        if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f)
            return true;
    return false;
}

static int read_header(struct disposition *to, const char *line, const char *end)
{
    const char *colon = line, *value;
    size_t size;

    while (colon < end && http_is_token(colon, 1))
        colon++;
    if (colon == line || colon == end || *colon != ':' || has_controls(colon, end))
        return -1;
    size = (size_t)(colon - line);
    value = skip_blanks(colon + 1, end);
    if (size == 19 && strncasecmp(line, "Content-Disposition", size) == 0)
        return read_disposition(to, value, end);
    if (size == 25 && strncasecmp(line, "Content-Transfer-Encoding", size) == 0)
        return is_plain_encoding(value, end) ? 0 : -1;
    return 0;
}

static int on_head(struct multipart *reader, struct request_error *error)
{
    struct disposition part = {.name_size = -1, .filename_size = -1};
    const char *at = reader->head, *end = reader->head + reader->head_size - 2; /* the empty line's CR LF */

    while (at < end) {
        const char *stop = memmem(at, (size_t)(end - at), "\r\n", 2);

        if (stop == NULL || read_header(&part, at, stop) == -1)
            return request_error_set(error, CODE_BAD_MULTIPART, "part %u has a header that cannot be read",
                                     reader->parts);
        at = stop + 2;
    }
    if (part.name_size < 0)
        return request_error_set(error, CODE_BAD_MULTIPART, "part %u has no Content-Disposition with a name",
                                 reader->parts);
    return reader->sink->part(reader->arg, part.name, part.filename_size < 0 ? NULL : part.filename,
                              part.filename_size < 0 ? 0 : (size_t)part.filename_size, error);
}

static int feed_head(struct multipart *reader, char c, struct request_error *error)
{
    size_t size;

    if (reader->head_size == sizeof reader->head)
        return request_error_set(error, CODE_BAD_MULTIPART, "the headers of part %u are too long",
                                 reader->parts);
    reader->head[reader->head_size++] = c;
    size = reader->head_size;
    if (c != '\n' || (size != 2 && (size < 4 || memcmp(reader->head + size - 4, "\r\n\r\n", 4) != 0)))
        return 0;
    if (memcmp(reader->head + size - 2, "\r\n", 2) != 0)
        return 0;
    reader->state = DATA;
    reader->matched = 0;
    return on_head(reader, error);
}

/* ---- marks and data ---- */

static int pass_data(struct multipart *reader, const char *data, size_t size, struct request_error *error)
{
    if (size == 0)
        return 0;
    if (reader->state == BEFORE)
        return request_error_set(error, CODE_BAD_MULTIPART,
                                 "the body does not begin with the boundary of Content-Type");
    return reader->sink->data(reader->arg, data, size, error);
}

/* Takes bytes up to the end of a mark or of the data. Only a mark's first byte is a CR, so after a mismatch
 * what had matched is data, and only the byte at hand can begin a new one. Returns bytes taken, -1 on a
 * error. */
static long feed_data(struct multipart *reader, const char *data, size_t size, struct request_error *error)
{
    size_t at = 0;

    while (at < size) {
        if (reader->matched == 0) {
            const char *cr = memchr(data + at, '\r', size - at);
            size_t plain = cr == NULL ? size - at : (size_t)(cr - data) - at;

            if (pass_data(reader, data + at, plain, error) == -1)
                return -1;
            at += plain;
            if (at == size)
                break;
        }
        if (data[at] == reader->mark[reader->matched]) {
            at++;
            if (++reader->matched < reader->mark_size)
                continue;
            if (reader->state == DATA && reader->sink->end(reader->arg, error) == -1)
                return -1;
            reader->state = AFTER_MARK;
            return (long)at;
        }
        if (pass_data(reader, reader->mark, reader->matched, error) == -1)
            return -1;
        reader->matched = 0;
        if (data[at] != '\r' && pass_data(reader, data + at++, 1, error) == -1)
            return -1;
    }
    return (long)at;
}

static int begin_part(struct multipart *reader, struct request_error *error)
{
    if (++reader->parts > MAX_PARTS)
        return request_error_set(error, CODE_BAD_MULTIPART, "the body has more than %d parts", MAX_PARTS);
    reader->state = HEAD;
    reader->head_size = 0;
    return 0;
}

static int feed_between(struct multipart *reader, char c, struct request_error *error)
{
    static const struct {
        int state;
        char c;
        int next;
    } steps[] = {{AFTER_MARK, '-', AFTER_DASH}, {AFTER_MARK, '\r', AFTER_CR}, {AFTER_DASH, '-', DONE},
                 {AFTER_CR, '\n', HEAD},        {DONE, '\r', DONE_CR},        {DONE_CR, '\n', OVER}};

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].state == reader->state && steps[i].c == c) {
            reader->state = steps[i].next;
            return steps[i].next == HEAD ? begin_part(reader, error) : 0;
        }
    return request_error_set(error, CODE_BAD_MULTIPART,
                             "a boundary is followed by something else than a line end");
}

void multipart_start(struct multipart *reader, const char *boundary, const struct multipart_sink *sink,
                     void *arg)
{
    size_t size = strlen(boundary);

    memset(reader, 0, sizeof *reader);
    reader->sink = sink;
    reader->arg = arg;
    memcpy(reader->mark, "\r\n--", 4);
    memcpy(reader->mark + 4, boundary, size);
    reader->mark_size = 4 + size;
    reader->state = BEFORE;
    reader->matched = 2;
}

static long feed_some(struct multipart *reader, const char *data, size_t size, struct request_error *error)
{
    switch (reader->state) {
    case BEFORE:
    case DATA:
        return feed_data(reader, data, size, error);
    case HEAD:
        return feed_head(reader, *data, error) == -1 ? -1 : 1;
    case BROKEN:
        return request_error_set(error, CODE_BAD_MULTIPART, "the body is broken already");
    default:
        return feed_between(reader, *data, error) == -1 ? -1 : 1;
    }
}

int multipart_feed(struct multipart *reader, const char *data, size_t size, struct request_error *error)
{
    for (size_t at = 0; at < size;) {
        long taken = feed_some(reader, data + at, size - at, error);

        if (taken == -1) {
            reader->state = BROKEN;
            return -1;
        }
        at += (size_t)taken;
    }
    return 0;
}

int multipart_finish(const struct multipart *reader, struct request_error *error)
{
    if (reader->state == DONE || reader->state == OVER)
        return 0;
    return request_error_set(error, CODE_BAD_MULTIPART, "the body ends before its closing boundary");
}
