/* main - slidemill-rasterizer: draws slides, see rasterizer.h */
#include "stages/rasterizer/rasterizer.h"

int main(int argc, char **argv)
{
    return stage_main(argc, argv, &rasterizer_ops);
}
