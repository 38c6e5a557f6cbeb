/* usage_json - see usage_json.h */
#include "supervisor/money/usage_json.h"

#include "proto/panic.h"
#include "supervisor/money/price.h"

json_t *usd_json(const struct conf *conf, int64_t micro)
{
    struct price price;

    if (micro == 0 && !price_find_at(&price, conf->model_prices, conf->model_preset, conf->model_base_url,
                                     conf->model_name))
        return json_null();
    return json_real((double)micro / 1e6);
}

json_t *usage_json(const struct conf *conf, const struct job_row *row, const struct tally *tally)
{
    const json_int_t input = (json_int_t)tally->input_tokens + (json_int_t)row->input_tokens;
    const json_int_t output = (json_int_t)tally->output_tokens + (json_int_t)row->output_tokens;
    const json_int_t calls = (json_int_t)tally->calls + (json_int_t)row->calls;
    json_t *usage = json_pack("{s:I, s:I, s:I, s:o}", "input_tokens", input, "output_tokens", output, "calls",
                              calls, "cost_usd", calls == 0 ? json_real(0) : usd_json(conf, row->spent));

    must(usage != NULL);
    return usage;
}
