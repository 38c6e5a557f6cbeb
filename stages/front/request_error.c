/* request_error - see request_error.h */
#include "stages/front/request_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "proto/utf8.h"

int request_error_set(struct request_error *error, enum code code, const char *format, ...)
{
    va_list arguments;

    error->code = code;
    va_start(arguments, format);
    if (vsnprintf(error->detail, sizeof error->detail, format, arguments) >= (int)sizeof error->detail)
        for (size_t size = strlen(error->detail); !utf8_valid(error->detail, size); size--)
            error->detail[size - 1] = '\0'; /* cut inside a character */
    va_end(arguments);
    return -1;
}

const char *request_error_title(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };

    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

char *request_error_problem(unsigned status, enum code code, const char *detail)
{
    char type[96];
    json_t *problem;
    char *text;

    snprintf(type, sizeof type, "urn:slidemill:%s", code_name(code));
    problem =
        json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", type, "title", request_error_title(status), "status",
                  (int)status, "detail", *detail == '\0' ? code_doc(code) : detail, "code", code_name(code));
    must(problem != NULL);
    text = json_dumps(problem, JSON_COMPACT);
    must(text != NULL);
    json_decref(problem);
    return text;
}
