/* lab_images - images in the Lab colour space, which MuPDF (1.21) draws in wrong colours: light grey comes
 * out cyan
 */
#ifndef STAGES_RASTERIZER_LAB_IMAGES_H
#define STAGES_RASTERIZER_LAB_IMAGES_H

#include "stages/rasterizer/mupdf_engine.h"

/* Makes the list device convert such images to RGB; all others go into it as they are. */
void lab_images_mend(fz_device *list);

#endif
