/* main - slidemill-vision: explains slides, see vision.h; or checks whether it could, see doctor_probe.h */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/vision/doctor_probe.h"
#include "stages/vision/vision.h"

int main(int argc, char **argv)
{
    json_set_alloc_funcs(need, free); /* an object without a member for want of memory would be a lie */
    if (argc == 2 && strcmp(argv[1], "--probe") == 0)
        return doctor_probe_main();
    mallopt(M_ARENA_MAX, 1); /* ZeroMQ's thread takes what comes, and this one gives it back: into one heap */
    return stage_main(argc, argv, &vision_ops);
}
