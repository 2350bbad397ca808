#ifndef SEPAL_CDEMO_H
#define SEPAL_CDEMO_H

// The built-in demo, byte for byte as files: a ResNet-20 with one input channel (safetensors) and 1,000 images of the
// UCI Optical Recognition of Handwritten Digits set (npz; CC BY 4.0, E. Alpaydin and C. Kaynak).
extern const unsigned char sepal_demo_checkpoint[];
extern const unsigned long sepal_demo_checkpoint_size;
extern const unsigned char sepal_demo_images[];
extern const unsigned long sepal_demo_images_size;

// Swift does not import arrays of unknown length; these it does.
static inline const void *sepal_demo_checkpoint_start(void) { return sepal_demo_checkpoint; }
static inline const void *sepal_demo_images_start(void) { return sepal_demo_images; }

#endif
