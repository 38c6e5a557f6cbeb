/* main - slidemill-front: the HTTP process, see front.h */
#include "supervisor/front/front.h"

int main(int argc, char **argv)
{
    return stage_main(argc, argv, &front_ops);
}
