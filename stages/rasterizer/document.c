/* document - see document.h */
#include "stages/rasterizer/document.h"

#include <string.h>

#include "stages/rasterizer/sanitize.h"

enum { OUTLINE_DEPTH = 3, OUTLINE_ITEMS = 512 };

static enum jail_outcome unlock(const struct document *document, const char *password)
{
    if (!pdf_needs_password(document->ctx, document->pdf)) /* tries the empty one */
        return JAIL_OK;
    if (*password == '\0')
        return JAIL_ENCRYPTED;
    return pdf_authenticate_password(document->ctx, document->pdf, password) ? JAIL_OK : JAIL_PASSWORD_WRONG;
}

enum jail_outcome document_open(struct document *document, fz_context *ctx, const void *data, size_t size,
                                const char *password)
{
    volatile enum jail_outcome outcome = JAIL_OK;
    fz_stream *stream = NULL;

    *document = (struct document){.ctx = ctx};
    fz_var(stream);
    fz_try(ctx)
    {
        stream = fz_open_memory(ctx, data, size);
        document->pdf = pdf_open_document_with_stream(ctx, stream);
    }
    fz_always(ctx)
    {
        fz_drop_stream(ctx, stream);
    }
    fz_catch(ctx)
    {
        bool cipher = strstr(fz_caught_message(ctx), "encrypt") != NULL;

        mupdf_caught(ctx);
        outcome = cipher ? JAIL_CIPHER : JAIL_CORRUPT;
    }
    return outcome == JAIL_OK ? unlock(document, password) : outcome;
}

bool document_repaired(const struct document *document)
{
    return document->pdf != NULL && pdf_was_repaired(document->ctx, document->pdf);
}

/* ---- pages ---- */

static bool page_there(const struct document *document, int page)
{
    fz_context *ctx = document->ctx;
    volatile bool there = false;

    fz_try(ctx)
    {
        there = pdf_is_dict(ctx, pdf_lookup_page_obj(ctx, document->pdf, page));
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
    }
    return there;
}

/* How many pages the file announces; -1 if that cannot even be read. A cut-off number comes out negative or
 * odd. */
static int announced(const struct document *document)
{
    fz_context *ctx = document->ctx;
    volatile int count = -1;

    fz_try(ctx)
    {
        pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, document->pdf), PDF_NAME(Root));
        pdf_obj *said = pdf_dict_getp(ctx, root, "Pages/Count");
        int64_t wide = pdf_to_int64(ctx, said);

        count = !pdf_is_int(ctx, said) || wide < 0 ? -1 : wide > INT32_MAX ? INT32_MAX : (int)wide;
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
    }
    return count;
}

/* A page is an object, so a count above the number of objects is a lie; so is a negative one. Then the pages
 * are counted up to the first that is not there; otherwise the count is believed and pages that cannot be
 * reached fail one by one. */
static int pages_really(const struct document *document, int said, int limit)
{
    int count = 0;

    if (said > 0 && said < pdf_xref_len(document->ctx, document->pdf))
        return said;
    while (count <= limit && page_there(document, count))
        count++;
    return count;
}

/* Is there one page at least that can be opened? */
static bool any_opens(const struct document *document, int count)
{
    fz_context *ctx = document->ctx;
    volatile bool opens = false;

    for (volatile int page = 0; page < count && !opens; page++) {
        fz_try(ctx)
        {
            fz_drop_page(ctx, (fz_page *)pdf_load_page(ctx, document->pdf, page));
            opens = true;
        }
        fz_catch(ctx)
        {
            mupdf_caught(ctx);
        }
    }
    return opens;
}

/* ---- what it says of itself ---- */

static void read_title(struct document *document)
{
    fz_context *ctx = document->ctx;
    char raw[MAX_JAIL_TITLE + 1] = "";

    fz_try(ctx)
    {
        pdf_obj *info = pdf_dict_get(ctx, pdf_trailer(ctx, document->pdf), PDF_NAME(Info));
        const char *title = pdf_dict_get_text_string(ctx, info, PDF_NAME(Title));

        fz_strlcpy(raw, title, sizeof raw);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx);
    }
    sanitize_text(document->title, sizeof document->title, raw, strlen(raw));
}

struct headings {
    struct document *document;
    size_t size;
    int left;
};

/* Not fz_load_outline: that resolves every link to its page, and recurses as deep as the file says. */
static void read_headings(struct headings *headings, pdf_obj *item, int depth)
{
    fz_context *ctx = headings->document->ctx;

    for (; pdf_is_dict(ctx, item) && headings->left > 0; item = pdf_dict_get(ctx, item, PDF_NAME(Next))) {
        const char *title = pdf_dict_get_text_string(ctx, item, PDF_NAME(Title));
        char *to = headings->document->outline + headings->size;
        size_t room = sizeof headings->document->outline - headings->size;
        size_t size;

        headings->left--;
        if (room < 3)
            return;
        size = sanitize_text(to, room - 1, title, strlen(title)); /* one byte kept for the end of the line */
        if (size > 0) {
            to[size] = '\n';
            to[size + 1] = '\0';
            headings->size += size + 1;
        }
        if (depth > 1)
            read_headings(headings, pdf_dict_get(ctx, item, PDF_NAME(First)), depth - 1);
    }
}

static void read_outline(struct document *document)
{
    fz_context *ctx = document->ctx;
    struct headings headings = {document, 0, OUTLINE_ITEMS};

    fz_try(ctx)
    {
        pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, document->pdf), PDF_NAME(Root));

        read_headings(&headings, pdf_dict_getp(ctx, root, "Outlines/First"), OUTLINE_DEPTH);
    }
    fz_catch(ctx)
    {
        mupdf_caught(ctx); /* what was read so far stays */
    }
}

enum jail_outcome document_inspect(struct document *document, unsigned limit_pages)
{
    int said = announced(document), count = pages_really(document, said, (int)limit_pages);

    document->pages = (unsigned)count;
    if (count == 0)
        return said == 0 ? JAIL_EMPTY : JAIL_CORRUPT;
    if ((unsigned)count > limit_pages)
        return JAIL_TOO_MANY;
    if (!any_opens(document, count))
        return JAIL_CORRUPT;
    read_title(document);
    read_outline(document);
    return JAIL_OK;
}
