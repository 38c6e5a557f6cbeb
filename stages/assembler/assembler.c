/* assembler - see assembler.h: a manifest and pictures in, documents out
 *
 * It keeps nothing, opens no file and knows no clock: the same lease gives the same bytes.
 */
#include "stages/assembler/assembler.h"

#include <stdlib.h>

#include "proto/artifact.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "stages/assembler/apkg/anki_media.h"
#include "stages/assembler/apkg/apkg.h"
#include "stages/assembler/apkg/tsv.h"
#include "stages/assembler/card_prepare.h"
#include "stages/assembler/docx/docx.h"
#include "stages/assembler/html/html.h"
#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/manifest_reader.h"
#include "stages/assembler/markdown.h"
#include "stages/assembler/picture_shrink.h"
#include "stages/assembler/summary_json.h"

/* One at a time: what is here already cannot be overtaken by a shorter job. */
enum { CREDIT = 1, REST = 128 << 10 };

/* Frames in, frames out. */
static void assembler_confine(const struct conf *conf, struct stage_sandbox *confine)
{
    confine->kind = STAGE_SANDBOX_QUIET;
    confine->memory_bytes = (uint64_t)conf->assembler_memory_mb << 20;
}

static int assembler_open(const struct conf *conf, void **state, struct stage_hello *hello)
{
    (void)conf;
    *state = NULL;
    hello->credit = CREDIT;
    stage_give_way();
    return 0;
}

/* Frame 1 and on, as the manifest counts them. The caller frees. */
static struct picture *pictures_of(struct wire *lease, size_t *count)
{
    struct picture *pictures = need_zero(lease->frames, sizeof *pictures);

    *count = lease->frames - 1;
    for (size_t i = 0; i < *count; i++)
        pictures[i] = (struct picture){wire_data(lease, i + 1), wire_size(lease, i + 1)};
    return pictures;
}

static void hand_over(struct wire *result, struct bytes *bytes)
{
    size_t size;
    void *data = bytes_take(bytes, &size);

    wire_add_owned(result, data, size);
}

/* ---- sizes ---- */

/* What a file takes beside its pictures, guessed from what is told of the lecture: XML packs well. */
static size_t room_for_pictures(size_t max, size_t told)
{
    size_t rest = REST + told / 2;

    return max == SIZE_MAX ? SIZE_MAX : rest < max / 2 ? max - rest : max / 2;
}

static void tick(void *stage)
{
    stage_beat(stage);
}

/* cards: the pictures of those slides that have any, for the deck; else all, for the documents. */
static void shrink(struct stage *stage, struct lecture *lecture, bool cards, size_t max)
{
    struct picture **pictures = need_zero(lecture->slide_count, sizeof(struct picture *));
    const struct shrink how = {max, lecture->sizes.quality, tick, stage};
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++) {
        struct slide *slide = &lecture->slides[i];

        if (slide->picture.size > 0 && (!cards || (slide->answer != NULL && slide->answer->card_count > 0)))
            pictures[count++] = cards ? &slide->card_picture : &slide->picture;
    }
    shrink_pictures(lecture->pool, pictures, count, &how);
    free(pictures);
}

/* ---- documents ---- */

static void (*const make[ARTIFACTS])(const struct lecture *, const struct language *, struct bytes *) = {
    [ARTIFACT_SUMMARY] = summary_make, [ARTIFACT_DOCX] = docx_make, [ARTIFACT_APKG] = apkg_make,
    [ARTIFACT_MD] = markdown_make,     [ARTIFACT_HTML] = html_make, [ARTIFACT_TSV] = tsv_make};

static void assemble(struct stage *stage, const struct wire_assemble *lease, struct lecture *lecture)
{
    struct language language;
    struct wire result;

    language_find(&language, lecture->language);
    cards_prepare(lecture, &language);
    wire_init(&result, WIRE_ASSEMBLED);
    result.assembled.lease = lease->lease;
    for (unsigned n = 0; n < ARTIFACTS; n++) {
        struct bytes bytes = {0};

        if (!artifact_made(lease->outputs, n))
            continue;
        make[n](lecture, &language, &bytes);
        hand_over(&result, &bytes);
        stage_beat(stage);
    }
    stage_settle(stage, &result);
}

static void assembler_on_lease(struct stage *stage, void *state, struct wire *lease)
{
    size_t count;
    struct picture *pictures;
    struct lecture *lecture;
    size_t told;
    char why[512];

    (void)state;
    must(lease->type == WIRE_ASSEMBLE);
    pictures = pictures_of(lease, &count);
    lecture = manifest_parse(wire_data(lease, 0), wire_size(lease, 0), pictures, count, why, sizeof why);
    if (lecture == NULL) {
        log_error(manifest_refused, log_job(lease->assemble.job), log_str("reason", why));
        stage_fail(stage, lease->assemble.lease, CODE_ASSEMBLE_FAILED, false, 0, why);
    } else {
        told = wire_size(lease, 0);
        media_mark(lecture);
        shrink(stage, lecture, false, room_for_pictures(lecture->sizes.docx, told));
        shrink(stage, lecture, true, room_for_pictures(lecture->sizes.apkg, told));
        assemble(stage, &lease->assemble, lecture);
    }
    lecture_free(&lecture);
    free(pictures);
}

const struct stage_ops assembler_ops = {.kind = STAGE_ASSEMBLER,
                                        .program = "assembler",
                                        .confine = assembler_confine,
                                        .open = assembler_open,
                                        .on_lease = assembler_on_lease};
