/* fuzz_previous - any bytes as the summary.json of an earlier run: cards that can be used, or a sentence why
 * not */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/manifest_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char manifest[] =
        "{\"job\":\"j\",\"filename\":\"\",\"title\":\"\",\"language\":\"en\",\"engine\":\"openai\",\"model\":"
        "\"\","
        "\"created_ms\":1764000000000,\"repaired\":0,\"previous\":{\"job\":\"\",\"frame\":1},\"slides\":[{"
        "\"slide\":1,"
        "\"outcome\":\"blank\",\"picture\":0,\"width\":1,\"height\":1,\"degraded\":0,\"code\":\"\","
        "\"detail\":\"\","
        "\"layer\":null,\"answer\":null,\"input_tokens\":0,\"output_tokens\":0,\"calls\":0}]}";
    const struct picture frame = {data, size};
    char why[256] = "";
    struct lecture *lecture = manifest_parse(manifest, sizeof manifest - 1, &frame, 1, why, sizeof why);

    must(lecture != NULL && lecture->previous.named);
    must(*lecture->previous.reason == '\0' || lecture->previous.card_count == 0);
    for (size_t i = 0; i < lecture->previous.card_count; i++) {
        const struct previous_card *card = &lecture->previous.cards[i];

        must(strlen(card->guid) == 20);
        must(utf8_valid(card->title, strlen(card->title)) && utf8_valid(card->front, strlen(card->front)) &&
             utf8_valid(card->back, strlen(card->back)) && utf8_valid(card->concept, strlen(card->concept)));
    }
    lecture_free(&lecture);
    return 0;
}
