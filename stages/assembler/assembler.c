/* assembler - see assembler.h: a manifest and pictures in, documents out
 *
 * It keeps nothing, opens no file and knows no clock: the same lease gives the same bytes.
 */
#include "stages/assembler/assembler.h"

#include <malloc.h>
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
#include "stages/assembler/lecture/unread_formulas.h"
#include "stages/assembler/lib/parallel.h"
#include "stages/assembler/lib/xml.h"
#include "stages/assembler/manifest_reader.h"
#include "stages/assembler/markdown.h"
#include "stages/assembler/picture_shrink.h"
#include "stages/assembler/summary_json.h"

/* One at a time: what is here already cannot be overtaken by a shorter job. */
enum { CREDIT = 1, REST = 128 << 10 };
/* Each heap keeps what its threads gave back: helpers share them. */
enum { HEAPS_MAX = 2 };

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
    mallopt(M_ARENA_MAX, HEAPS_MAX);
    xml_prepare();
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

static bool has_cards(const struct slide *slide)
{
    return slide->answer != NULL && slide->answer->card_count > 0;
}

/* All pictures go into the documents, those of slides with cards into the deck. told: bytes of the manifest.
 */
static void shrink(struct stage *stage, struct lecture *lecture, size_t told)
{
    struct shrink_picture *pictures = need_zero(lecture->slide_count, sizeof *pictures);
    const struct shrink how = {
        {room_for_pictures(lecture->sizes.docx, told), room_for_pictures(lecture->sizes.apkg, told)},
        lecture->sizes.quality,
        tick,
        stage};
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++) {
        struct slide *slide = &lecture->slides[i];

        if (slide->picture.size > 0)
            pictures[count++] =
                (struct shrink_picture){{&slide->picture, has_cards(slide) ? &slide->card_picture : NULL}};
    }
    shrink_pictures(lecture->pool, pictures, count, &how);
    free(pictures);
}

/* ---- documents ---- */

static void (*const make[ARTIFACTS])(const struct lecture *, const struct language *, struct bytes *) = {
    [ARTIFACT_SUMMARY] = summary_make, [ARTIFACT_DOCX] = docx_make, [ARTIFACT_APKG] = apkg_make,
    [ARTIFACT_MD] = markdown_make,     [ARTIFACT_HTML] = html_make, [ARTIFACT_TSV] = tsv_make};

/* The outputs of a lecture, each made for itself: nothing of the lecture changes any more. */
struct outputs {
    const struct lecture *lecture;
    const struct language *language;
    enum artifact which[ARTIFACTS];
    struct bytes made[ARTIFACTS];
};

static void make_one(void *arg, size_t i)
{
    struct outputs *outputs = arg;

    make[outputs->which[i]](outputs->lecture, outputs->language, &outputs->made[i]);
}

static void assemble(struct stage *stage, const struct wire_assemble *lease, struct lecture *lecture)
{
    struct language language;
    struct outputs outputs = {.lecture = lecture, .language = &language};
    struct wire result;
    size_t count = 0;

    language_find(&language, lecture->language);
    cards_prepare(lecture, &language);
    unread_formulas_find(lecture);
    for (unsigned n = 0; n < ARTIFACTS; n++)
        if (artifact_made(lease->outputs, n))
            outputs.which[count++] = (enum artifact)n;
    parallel_each(&(struct parallel){make_one, &outputs, tick, stage}, count);
    wire_init(&result, WIRE_ASSEMBLED);
    result.assembled.lease = lease->lease;
    for (size_t i = 0; i < count; i++)
        hand_over(&result, &outputs.made[i]);
    stage_settle(stage, &result);
}

static void assembler_on_lease(struct stage *stage, void *state, struct wire *lease)
{
    size_t count;
    struct picture *pictures;
    struct lecture *lecture;
    char why[512];

    (void)state;
    must(lease->type == WIRE_ASSEMBLE);
    pictures = pictures_of(lease, &count);
    lecture = manifest_parse(wire_data(lease, 0), wire_size(lease, 0), pictures, count, why, sizeof why);
    if (lecture == NULL) {
        log_error(manifest_refused, log_job(lease->assemble.job), log_str("reason", why));
        stage_fail(stage, lease->assemble.lease, CODE_ASSEMBLE_FAILED, false, 0, why);
    } else {
        media_mark(lecture);
        shrink(stage, lecture, wire_size(lease, 0));
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
