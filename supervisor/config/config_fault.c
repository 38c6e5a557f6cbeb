/* config_fault - see config_fault.h */
#include "supervisor/config/config_fault.h"

#include <stdio.h>

#include "conf/api_keys.h"
#include "supervisor/money/price.h"

/* A budget needs the price of every model that may be asked. */
static const char *budget_fault(const struct conf *conf)
{
    static char why[256];
    const struct {
        const char *path, *text;
    } rows[] = {{"budget.job_usd", conf->budget_job_usd},
                {"budget.key_day_usd", conf->budget_key_day_usd},
                {"budget.day_usd", conf->budget_day_usd}};
    const char *model = "";
    int64_t micro;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (*rows[i].text == '\0')
            continue;
        if (!usd_parse(rows[i].text, &micro))
            snprintf(why, sizeof why, "%s: \"%s\" is not an amount like 2.50", rows[i].path, rows[i].text);
        else if (!price_all_known(conf, &model))
            snprintf(why, sizeof why, "%s: no price is known for the model %s; name it in model.prices",
                     rows[i].path, model);
        else
            continue;
        return why;
    }
    return NULL;
}

static const char *prices_fault(const struct conf *conf)
{
    static char why[256];
    const char *fault = price_overrides_fault(conf->model_prices);

    if (fault == NULL)
        return NULL;
    snprintf(why, sizeof why, "model.prices: %s", fault);
    return why;
}

static const char *keys_fault(const struct conf *conf)
{
    static char why[API_KEYS_ERROR_ROOM];

    return api_keys_fault(conf->api_keys, conf->admin_keys, why);
}

const char *config_fault(const struct conf *conf)
{
    static const char *(*const look[])(const struct conf *) = {prices_fault, budget_fault, keys_fault};
    const char *fault = NULL;

    for (size_t i = 0; fault == NULL && i < sizeof look / sizeof *look; i++)
        fault = look[i](conf);
    return fault;
}
