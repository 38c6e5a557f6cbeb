/* main - slidemill-assembler: writes the documents, see assembler.h */
#include "stages/assembler/assembler.h"

int main(int argc, char **argv)
{
    return stage_main(argc, argv, &assembler_ops);
}
