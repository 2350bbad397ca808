#include "CDemo.h"

// clang has C23's #embed from version 19 on, in every standard.
#pragma clang diagnostic ignored "-Wc23-extensions"

const unsigned char sepal_demo_checkpoint[] = {
#embed "resnet32-signs.safetensors"
};
const unsigned long sepal_demo_checkpoint_size = sizeof sepal_demo_checkpoint;

const unsigned char sepal_demo_images[] = {
#embed "signs-test.npz"
};
const unsigned long sepal_demo_images_size = sizeof sepal_demo_images;
