#ifndef SEPAL_CDEMO_H
#define SEPAL_CDEMO_H

// The built-in demo, the bytes of two files: a ResNet-32 (safetensors) and 1,000 photographs of the Sign Language Digits
// Dataset (npz; Apache-2.0, Z. Dikle and A. Mavi; see NOTICE).
extern const unsigned char sepal_demo_checkpoint[];
extern const unsigned long sepal_demo_checkpoint_size;
extern const unsigned char sepal_demo_images[];
extern const unsigned long sepal_demo_images_size;

// Swift does not import arrays of unknown length; these it does.
static inline const void *sepal_demo_checkpoint_start(void) { return sepal_demo_checkpoint; }
static inline const void *sepal_demo_images_start(void) { return sepal_demo_images; }

#endif
