/* jail_reply_text - see jail_reply_text.h */
#include "stages/rasterizer/jail_reply_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/rasterizer/sanitize.h"

/* Clean text has no control characters, so only these two need escaping. */
static void put_text(FILE *out, const unsigned char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"' || text[i] == '\\')
            putc_unlocked('\\', out);
        putc_unlocked(text[i], out);
    }
}

char *jail_reply_layer(const struct jail_reply *reply, const unsigned char *lines, size_t *size,
                       uint32_t *letters)
{
    char *json = NULL;
    FILE *out = open_memstream(&json, size);

    if (out == NULL)
        panic("open_memstream");
    *letters = 0;
    fprintf(out, "{\"width\":%" PRIu32 ",\"height\":%" PRIu32 "%s%s,", reply->width, reply->height,
            reply->step ? ",\"step\":1" : "", reply->garbled ? ",\"garbled\":1" : "");
    if (reply->unknown > 0)
        fprintf(out, "\"unknown\":%" PRIu32 ",", reply->unknown);
    fputs("\"lines\":[", out);
    for (uint32_t i = 0; i < reply->lines; i++) {
        struct jail_line head;

        memcpy(&head, lines, sizeof head);
        lines += sizeof head;
        fprintf(out,
                "%s{\"x\":%" PRId32 ",\"y\":%" PRId32 ",\"w\":%" PRId32 ",\"h\":%" PRId32 ",\"size\":%" PRIu32
                ",\"bold\":%" PRIu32 ",\"mono\":%" PRIu32 ",\"text\":\"",
                i == 0 ? "" : ",", head.x, head.y, head.w, head.h, head.size, head.bold, head.mono);
        put_text(out, lines, head.bytes);
        fputs("\"}", out);
        *letters += sanitize_count_letters((const char *)lines, head.bytes);
        lines += head.bytes;
    }
    fputs("]}", out);
    if (fclose(out) != 0)
        panic("out of memory");
    return json;
}

static const char *tell_nothing(const struct jail_reply *reply)
{
    if (reply->flaws & JAIL_FLAW_CONTENT)
        return "the page is not blank: what draws it is missing in the file or damaged; export the PDF again";
    if (reply->flaws & (JAIL_FLAW_DATA | JAIL_FLAW_IMAGES))
        return "the page is not blank: its picture is damaged or of an unknown kind; export the PDF again";
    if (reply->flaws & JAIL_FLAW_FONT)
        return "the page is not blank: its fonts are damaged; export the PDF again";
    return "the page is not blank, but what draws it has errors in it; export the PDF again";
}

const char *jail_reply_flaws(const struct jail_reply *reply)
{
    if (reply->flaws == 0)
        return "";
    if (reply->lines == 0 && reply->ink_ppm == 0 && (reply->flaws & (JAIL_FLAW_TIME | JAIL_FLAW_MEMORY)) == 0)
        return tell_nothing(reply);
    if (reply->bytes[1] == 0)
        return "the page could not be drawn; only its text was used";
    if (reply->flaws & JAIL_FLAW_IMAGES)
        return "the page was drawn without some of its images; export the PDF again to see them";
    if (reply->flaws & JAIL_FLAW_TIME)
        return "the page took too long and was drawn in part; raise stages.rasterizer.page_ms or simplify it";
    if (reply->flaws & JAIL_FLAW_MEMORY)
        return "the page needs much memory and was drawn in part; raise stages.rasterizer.memory_mb or "
               "simplify it";
    if (reply->flaws & JAIL_FLAW_CONTENT)
        return "a part of what draws the page is damaged or missing in the file; export the PDF again";
    if (reply->flaws & JAIL_FLAW_DATA)
        return "data on the page are damaged, so parts of it may be missing or wrong; export the PDF again";
    if (reply->flaws & JAIL_FLAW_FONT)
        return "a font on the page is damaged, so signs may be missing or wrong; export the PDF again";
    return "the page has errors in it and parts may be missing; export the PDF again";
}

enum code jail_reply_code(enum jail_outcome outcome)
{
    static const enum code codes[JAIL_OUTCOMES] = {
        [JAIL_OK] = CODE_INTERNAL,
        [JAIL_ENCRYPTED] = CODE_PDF_ENCRYPTED,
        [JAIL_PASSWORD_WRONG] = CODE_PDF_PASSWORD_WRONG,
        [JAIL_CIPHER] = CODE_PDF_ENCRYPTED,
        [JAIL_CORRUPT] = CODE_PDF_CORRUPT,
        [JAIL_EMPTY] = CODE_PDF_EMPTY,
        [JAIL_TOO_MANY] = CODE_PDF_TOO_LARGE,
        [JAIL_NO_PAGE] = CODE_RENDER_ERROR,
        [JAIL_NOT_DRAWN] = CODE_RENDER_ERROR,
        [JAIL_NO_MEMORY] = CODE_RENDER_LIMIT,
        [JAIL_NO_TIME] = CODE_RENDER_TIMEOUT,
    };

    return codes[outcome];
}
