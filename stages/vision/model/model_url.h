/* model_url - the URLs of a model's API, made from the base URL that the configuration names
 *
 * Pure; libcurl's URL API takes them apart (https://curl.se/libcurl/c/libcurl-url.html).
 */
#ifndef STAGES_VISION_MODEL_MODEL_URL_H
#define STAGES_VISION_MODEL_MODEL_URL_H

/* BASE/chat/completions?QUERY of BASE?QUERY, with or without /chat/completions at its end; malloced.  NULL:
 * base is no URL. */
char *model_url_chat(const char *base);

/* The URL chat (model_url_chat) with path, such as "/files", in place of /chat/completions, and query added
 * to its own
 * ("": none).  Both are percent-encoded already.  malloced. */
char *model_url_with_path(const char *chat, const char *path, const char *query);

/* The text with the name in place of its "%s", percent-encoded so that it cannot mean anything else there
 * (RFC 3986, section 2.1); malloced. */
char *model_url_fill(const char *text, const char *name);

#endif
