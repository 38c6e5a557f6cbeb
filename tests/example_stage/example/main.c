/* main - slidemill-example: writes titles in capitals, see example.h */
#include "stages/example/example.h"

int main(int argc, char **argv)
{
    return stage_main(argc, argv, &example_ops);
}
