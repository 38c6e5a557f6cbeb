/* main - slidemill-vision: explains slides, see vision.h */
#include <stdlib.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/vision/vision.h"

int main(int argc, char **argv)
{
    json_set_alloc_funcs(need, free); /* an object without a member for want of memory would be a lie */
    return stage_main(argc, argv, &vision_ops);
}
