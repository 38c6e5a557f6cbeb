/* image_occlusion - which labels of a slide's figure can be covered in its picture, and by what
 *
 * The model names the labels, the page's own text says where they are.  A cover is made only where the
 * geometry fits: one place, all of it inside the picture, over no other cover, no title and no running text.
 * Fewer than two covers teach nothing: then there are none.
 */
#ifndef STAGES_ASSEMBLER_CARDS_IMAGE_OCCLUSION_H
#define STAGES_ASSEMBLER_CARDS_IMAGE_OCCLUSION_H

#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/lib/pool.h"

/* Fills slide->masks, from top to bottom, and adds a card for them to the answer's, which have room for it.
 */
void occlusion_find(struct slide *slide, struct pool *pool);

/* Adds what Anki's image occlusion has in its field "Occlusion": a gap for each mask, numbered from 1, its
 * place as shares of the picture's width and height (https://github.com/ankitects/anki,
 * ts/routes/image-occlusion). */
void occlusion_add(struct bytes *to, const struct slide *slide);

#endif
