/* s3_presign - see s3_presign.h */
#include "stages/courier/s3_presign.h"

#include <stdlib.h>

#include "stages/courier/object_key.h"

char *s3_presign(const struct s3 *s3, const char *key, const char *filename, time_t now, unsigned ttl_s)
{
    const struct sigv4_key credentials = s3_key(s3);
    char *disposition = object_key_disposition(key, filename), *path = s3_url_path(s3_url(s3), key), *url;
    const struct sigv4_pair host = {"host", s3_url(s3)->host},
                            named = {"response-content-disposition", disposition};
    const struct sigv4_request request = {.method = "GET",
                                          .path = path,
                                          .query = &named,
                                          .query_count = 1,
                                          .headers = &host,
                                          .header_count = 1,
                                          .payload = "UNSIGNED-PAYLOAD"};
    char stamp[SIGV4_STAMP];
    struct sigv4_signed out;

    sigv4_stamp(now, stamp);
    sigv4_sign_query(&credentials, stamp, ttl_s, &request, &out);
    url = s3_url_text(s3_url(s3), out.path, out.query);
    sigv4_clear(&out);
    free(disposition);
    free(path);
    return url;
}
