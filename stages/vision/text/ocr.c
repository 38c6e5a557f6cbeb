/* ocr - see ocr.h */
#include "stages/vision/text/ocr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/text/ocr_reader.h"

/* Percent. LINE: less on a line that is in a script we read is noise. SURE: so much on a page needs no second
 * look; on lines whose script is not known, less is noise. PAGE: less on a whole page is noise, whatever its
 * script. */
enum { LINE_MIN = 55, SURE = 70, PAGE_MIN = 50 };

struct ocr {
    const char *languages;
    bool tried; /* loading happens once, whatever comes of it */
    struct tesseract tesseract;
    struct ocr_reader usual, other,
        detector; /* of the configured languages, of another script's, of scripts */
};

void ocr_paths(struct stage_sandbox *confine)
{
    const char *data = getenv("TESSDATA_PREFIX");

    confine->paths[confine->count++] = (struct sandbox_path){"/usr/share/tesseract-ocr", SANDBOX_READ};
    confine->paths[confine->count++] = (struct sandbox_path){data == NULL ? "" : data, SANDBOX_READ};
}

static void load(struct ocr *ocr)
{
    if (ocr->tried)
        return;
    ocr->tried = true;
    if (!tesseract_load(&ocr->tesseract))
        return;
    if (!ocr_reader_open(&ocr->usual, &ocr->tesseract, ocr->languages))
        tesseract_lacks("no language data for ocr.languages is installed");
    else if (!ocr_reader_open(&ocr->detector, &ocr->tesseract, "osd"))
        tesseract_lacks(
            "script detection has no data (tesseract-ocr-osd): pages that are read badly stay without text");
}

struct ocr *ocr_new(const char *languages)
{
    struct ocr *ocr = need_zero(1, sizeof *ocr);

    ocr->languages = languages;
    ocr->tried = *languages == '\0';
    return ocr;
}

void ocr_free(struct ocr **ocr)
{
    if (*ocr != NULL) {
        ocr_reader_close(&(*ocr)->usual);
        ocr_reader_close(&(*ocr)->other);
        ocr_reader_close(&(*ocr)->detector);
    }
    free(*ocr);
    *ocr = NULL;
}

/* The languages that read the script here; false: there are none. */
static bool languages_here(struct ocr *ocr, const char *script, char out[OCR_LANGUAGES_ROOM])
{
    char **installed = ocr->tesseract.TessBaseAPIGetAvailableLanguagesAsVector_(ocr->usual.api);
    bool found = installed != NULL &&
                 ocr_script_languages(script, ocr->languages, (const char *const *)installed, out);

    if (installed != NULL)
        ocr->tesseract.TessDeleteTextArray_(installed);
    return found;
}

static bool is_kept(const struct ocr_pass *pass, bool known)
{
    const struct ocr_quality *quality = &pass->quality;

    return quality->confidence >= SURE ||
           (quality->confidence >= PAGE_MIN && (known || 2 * quality->kept >= quality->letters));
}

/* Noise is no text. */
static struct page *judged(struct ocr_pass *pass, bool known)
{
    struct page *empty;

    if (pass->page == NULL || is_kept(pass, known))
        return pass->page;
    empty = page_new(pass->page->width, pass->page->height);
    page_free(&pass->page);
    return empty;
}

static struct page *read_again(struct ocr *ocr, struct Pix *picture, const char *script,
                               struct ocr_ticker *ticker, struct ocr_notes *notes)
{
    char languages[OCR_LANGUAGES_ROOM];
    bool known = *script != '\0';
    struct ocr_reader *reader = &ocr->usual;
    struct ocr_pass pass;

    if (known && !languages_here(ocr, script, languages)) {
        snprintf(notes->script, sizeof notes->script, "%s", script);
        ocr_script_advice(script, notes->language);
        return page_new(ocr->tesseract.pixGetWidth_(picture), ocr->tesseract.pixGetHeight_(picture));
    }
    if (known && !ocr_script_covered(script, ocr->languages)) {
        if (!ocr_reader_open(&ocr->other, &ocr->tesseract, languages))
            return page_new(ocr->tesseract.pixGetWidth_(picture), ocr->tesseract.pixGetHeight_(picture));
        reader = &ocr->other;
    }
    pass = ocr_reader_read(reader, picture, known ? LINE_MIN : SURE, ticker);
    return judged(&pass, known);
}

/* Turns the picture by the few degrees by which its lines hang; at more than three, Tesseract mixes up the
 * ends of lines. */
static void straighten(struct ocr *ocr, struct Pix **picture)
{
    struct Pix *straight = ocr->tesseract.pixDeskew_(*picture, 0);

    if (straight == NULL)
        return;
    ocr->tesseract.pixDestroy_(picture);
    *picture = straight;
}

static struct page *read_badly_read(struct ocr *ocr, struct Pix *picture, struct ocr_ticker *ticker,
                                    struct ocr_notes *notes)
{
    struct ocr_detected detected = ocr_reader_detect(&ocr->detector, picture);
    struct Pix *upright =
        detected.quarters == 0 ? NULL : ocr->tesseract.pixRotateOrth_(picture, (int)detected.quarters);
    struct page *page;

    if (upright != NULL)
        straighten(ocr, &upright);
    page = read_again(ocr, upright == NULL ? picture : upright, detected.script, ticker, notes);
    if (upright != NULL)
        ocr->tesseract.pixDestroy_(&upright);
    return page;
}

/* Tesseract also reads lines that run up or down the page, but where they stand tells nothing then. */
static bool is_read_badly(const struct ocr_quality *quality)
{
    return quality->letters > 0 && (quality->confidence < SURE || 2 * quality->lying > quality->letters);
}

struct page *ocr_read(struct ocr *ocr, const void *jpeg, size_t size, int max_ms, void (*tick)(void *arg),
                      void *arg, struct ocr_notes *notes)
{
    struct ocr_ticker ticker = {tick, arg, max_ms};
    struct Pix *picture;
    struct ocr_pass pass;

    *notes = (struct ocr_notes){.script = ""};
    load(ocr);
    if (ocr->usual.api == NULL)
        return NULL;
    picture = ocr->tesseract.pixReadMemJpeg_(jpeg, size, 0, 1, NULL, 0);
    if (picture == NULL)
        return NULL;
    straighten(ocr, &picture);
    pass = ocr_reader_read(&ocr->usual, picture, LINE_MIN, &ticker);
    if (pass.page != NULL && is_read_badly(&pass.quality)) {
        page_free(&pass.page);
        pass.page = read_badly_read(ocr, picture, &ticker, notes);
    }
    ocr->tesseract.pixDestroy_(&picture);
    return pass.page;
}

bool ocr_detects(struct ocr *ocr, char **installed)
{
    char **languages = NULL;
    size_t size;
    FILE *out = open_memstream(installed, &size);

    must(out != NULL);
    load(ocr);
    if (ocr->usual.api != NULL)
        languages = ocr->tesseract.TessBaseAPIGetAvailableLanguagesAsVector_(ocr->usual.api);
    for (char **language = languages; language != NULL && *language != NULL; language++)
        if (strcmp(*language, "osd") != 0)
            fprintf(out, "%s%s", language == languages ? "" : " ", *language);
    if (languages != NULL)
        ocr->tesseract.TessDeleteTextArray_(languages);
    must(fclose(out) == 0);
    return ocr->detector.api != NULL;
}
