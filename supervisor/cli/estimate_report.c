/* estimate_report - see estimate_report.h */
#include "supervisor/cli/estimate_report.h"

#include <stdio.h>

static long long number_at(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void print_slides(const json_t *slides)
{
    static const struct {
        const char *key, *says;
    } rows[] = {{"explained", "to be explained, one call each"},
                {"build_up", "only steps to a later slide: no call"},
                {"cached", "known already: no call"},
                {"blank", "blank: no call"},
                {"failed", "cannot be drawn"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (number_at(slides, rows[i].key) > 0)
            printf("  %5lld  %s\n", number_at(slides, rows[i].key), rows[i].says);
}

void estimate_report(const json_t *job)
{
    const json_t *estimate = json_object_get(job, "estimate"), *cost = json_object_get(estimate, "cost_usd");
    const char *model = json_string_value(json_object_get(estimate, "model"));

    printf("%lld slides\n", number_at(estimate, "total_slides"));
    print_slides(json_object_get(estimate, "slides"));
    if (number_at(estimate, "second_questions") > 0)
        printf("  %5lld  second questions at most, about answers that contradict their slide or teach more "
               "than it\n",
               number_at(estimate, "second_questions"));
    printf("%s: about %lld input tokens and %lld output tokens\n", model == NULL ? "" : model,
           number_at(estimate, "input_tokens"), number_at(estimate, "output_tokens"));
    if (json_is_number(cost))
        printf("about %.4f USD, at most %.4f USD without repeated calls\n", json_number_value(cost),
               json_number_value(json_object_get(estimate, "cost_usd_most")));
    else
        puts("no price is known for this model; name it in model.prices (SLIDEMILL_MODEL_PRICES)");
}
