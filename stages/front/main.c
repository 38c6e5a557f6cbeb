/* main - slidemill-front: the HTTP process, see front.h */
#include <stdlib.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/front/front.h"

int main(int argc, char **argv)
{
    json_set_alloc_funcs(need, free); /* an object without a member for want of memory would be a lie */
    return stage_main(argc, argv, &front_ops);
}
