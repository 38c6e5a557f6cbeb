/* main - slidemill-vision: explains slides, see vision.h */
#include "stages/vision/vision.h"

int main(int argc, char **argv)
{
    return stage_main(argc, argv, &vision_ops);
}
