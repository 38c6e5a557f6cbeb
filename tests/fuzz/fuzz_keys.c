/* fuzz_keys - any text as a list of API keys: sound keys, or a sentence that repeats none of it
 *
 * Whatever is taken opens as itself and as nobody else's, and the lists are wiped.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/front/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_key(const struct api_keys *auth, const struct api_key *key, bool admin)
{
    struct caller caller;
    char *header;

    must(key->size > 0 && memchr(key->text, ',', key->size) == NULL && strlen(key->name) <= MAX_TENANT);
    must(api_keys_tenant_fits(key->name, strlen(key->name)));
    if (auth == NULL)
        return;
    must(asprintf(&header, "Bearer %.*s", (int)key->size, key->text) > 0);
    must(auth_admit(auth, header, &caller) && caller.admin == admin);
    must(strcmp(caller.tenant, admin ? "" : key->name) == 0);
    must(auth_owner(auth, caller.number, &caller) == !admin);
    free(header);
}

static void check_list(const struct api_keys *auth, const char *list, bool admin)
{
    const char *error;
    struct api_key key;

    while ((error = api_keys_next(&list, &key)) == NULL && key.text != NULL)
        check_key(auth, &key, admin);
    must(error == NULL || auth == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = need(size + 1), why[API_KEYS_ERROR_ROOM] = "", *keys, *admin_keys;
    struct api_keys *auth;
    size_t half;

    memcpy(text, data, size);
    text[size] = '\0';
    half = strcspn(text, ";");
    keys = strndup(text, half);
    admin_keys = strdup(text + half + (text[half] == ';'));
    must(keys != NULL && admin_keys != NULL);
    auth = api_keys_new(keys, admin_keys, why);
    must((auth == NULL) == (why[0] != '\0') && *keys == '\0' && *admin_keys == '\0');
    if (text[half] == ';') {
        check_list(auth, text + half + 1, true);
        text[half] = '\0';
    }
    check_list(auth, text, false);
    if (auth != NULL)
        api_keys_free(&auth);
    free(keys);
    free(admin_keys);
    free(text);
    return 0;
}
