/* guid - see guid.h */
#include "stages/assembler/guid.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "proto/panic.h"
#include "stages/assembler/bytes.h"

/* The first 120 bits in base 64, with letters that need no escaping anywhere. */
static void spell(char guid[GUID_ROOM], const unsigned char sum[32])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    for (size_t i = 0; i < GUID_ROOM - 1; i++) {
        size_t bit = i * 6;
        unsigned pair = (unsigned)sum[bit / 8] << 8 | sum[bit / 8 + 1];

        guid[i] = letters[pair >> (10 - bit % 8) & 63];
    }
    guid[GUID_ROOM - 1] = '\0';
}

/* The lecture is known by file name, title and language; without either name only by its job. */
void guid_make(char guid[GUID_ROOM], const struct lecture *lecture, const struct language *language,
               unsigned slide, const struct card *card)
{
    bool named = *lecture->filename != '\0' || *lecture->title != '\0';
    struct bytes identity = {0};
    unsigned char sum[32];

    bytes_add_format(&identity, "slidemill %s\n%s\n%s\n%s\n%u\n%u\n", card->cloze ? "cloze" : "card",
                     named ? lecture->filename : lecture->job, lecture->title,
                     *language->tag != '\0' ? language->tag : lecture->language, slide, card->place);
    must(EVP_Digest(identity.data, identity.size, sum, NULL, EVP_sha256(), NULL) == 1);
    bytes_drop(&identity);
    spell(guid, sum);
}
