#ifndef SEPAL_CONEDNN_SHIM_H
#define SEPAL_CONEDNN_SHIM_H

// What Swift can't or shouldn't see of oneDNN: the descriptor structs, which only version 2 has.

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdint.h>

#if DNNL_VERSION_MAJOR != 2
#error "this shim is written for oneDNN 2; the functions below are the place to add another version"
#endif

// Gives the calling thread an OpenMP team of one. Looked up by name, as which runtime oneDNN is built on (libgomp, libomp,
// or none) differs between systems.
static inline void sepal_use_one_openmp_thread(void) {
    void (*set_num_threads)(int) = (void (*)(int))dlsym(dlopen(NULL, RTLD_LAZY), "omp_set_num_threads");
    if (set_num_threads) set_num_threads(1);
}

// A function of single numbers: dnnl_eltwise_…, and its two parameters.
typedef struct {
    int algorithm;
    float alpha, beta;
} sepal_function;

// A convolution of float32 images, with bias, and what is fused behind it.
typedef struct {
    int64_t batch, groups;
    int64_t channels, height, width;
    int64_t out_channels, out_height, out_width;
    int64_t kernel_height, kernel_width;
    int64_t stride_height, stride_width;
    int64_t dilation_height, dilation_width;
    int64_t pad_top, pad_left, pad_bottom, pad_right;
    int block;       // channels stand in blocks of so many, 8 or 16, or of one if that does not come out even; 0: all side by side
    int accumulate;  // add what the destination held before
    int functions;   // then so many element functions, at most two
    sepal_function function[2];
} sepal_convolution;

static inline dnnl_format_tag_t sepal_order(const sepal_convolution *c, int64_t channels) {
    if (c->block == 0) return dnnl_nhwc;
    return channels % c->block != 0 ? dnnl_nchw : c->block == 16 ? dnnl_nChw16c : dnnl_nChw8c;
}

static inline dnnl_status_t sepal_weights_desc(
    const sepal_convolution *c, dnnl_format_tag_t plain, dnnl_format_tag_t grouped, dnnl_memory_desc_t *desc) {
    if (c->groups == 1) {
        dnnl_dims_t dims = {c->out_channels, c->channels, c->kernel_height, c->kernel_width};
        return dnnl_memory_desc_init_by_tag(desc, 4, dims, dnnl_f32, plain);
    }
    dnnl_dims_t dims = {c->groups, c->out_channels / c->groups, c->channels / c->groups, c->kernel_height,
        c->kernel_width};
    return dnnl_memory_desc_init_by_tag(desc, 5, dims, dnnl_f32, grouped);
}

static inline dnnl_status_t sepal_convolution_create(
    dnnl_engine_t engine, const sepal_convolution *c, dnnl_primitive_t *primitive) {
    dnnl_memory_desc_t source, weights, bias, destination;
    dnnl_dims_t source_dims = {c->batch, c->channels, c->height, c->width};
    dnnl_dims_t bias_dims = {c->out_channels};
    dnnl_dims_t destination_dims = {c->batch, c->out_channels, c->out_height, c->out_width};
    dnnl_dims_t strides = {c->stride_height, c->stride_width};
    dnnl_dims_t dilates = {c->dilation_height - 1, c->dilation_width - 1};
    dnnl_dims_t pad_before = {c->pad_top, c->pad_left}, pad_after = {c->pad_bottom, c->pad_right};
    dnnl_status_t status;
#define SEPAL_TRY(call) if ((status = (call)) != dnnl_success) return status
    SEPAL_TRY(dnnl_memory_desc_init_by_tag(&source, 4, source_dims, dnnl_f32, sepal_order(c, c->channels)));
    SEPAL_TRY(sepal_weights_desc(c, dnnl_format_tag_any, dnnl_format_tag_any, &weights));
    SEPAL_TRY(dnnl_memory_desc_init_by_tag(&bias, 1, bias_dims, dnnl_f32, dnnl_x));
    SEPAL_TRY(dnnl_memory_desc_init_by_tag(
        &destination, 4, destination_dims, dnnl_f32, sepal_order(c, c->out_channels)));
    dnnl_convolution_desc_t desc;
    SEPAL_TRY(dnnl_dilated_convolution_forward_desc_init(&desc, dnnl_forward_inference, dnnl_convolution_direct,
        &source, &weights, &bias, &destination, strides, dilates, pad_before, pad_after));
    dnnl_post_ops_t operations;
    SEPAL_TRY(dnnl_post_ops_create(&operations));
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t primitive_desc = NULL;
    status = dnnl_primitive_attr_create(&attributes);
    if (status == dnnl_success && c->accumulate) status = dnnl_post_ops_append_sum(operations, 1.f);
    for (int i = 0; i < c->functions && status == dnnl_success; i++)
        status = dnnl_post_ops_append_eltwise(operations, 1.f, (dnnl_alg_kind_t)c->function[i].algorithm,
            c->function[i].alpha, c->function[i].beta);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    // Scratch space comes from the caller, so that several threads may run one primitive.
    if (status == dnnl_success)
        status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    if (status == dnnl_success) status = dnnl_primitive_desc_create(&primitive_desc, &desc, attributes, engine, NULL);
    if (status == dnnl_success) status = dnnl_primitive_create(primitive, primitive_desc);
    if (primitive_desc) dnnl_primitive_desc_destroy(primitive_desc);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    dnnl_post_ops_destroy(operations);
    return status;
}

// A memory object laid out as a primitive wants that argument (DNNL_ARG_…); oneDNN allocates it, or it is given a place later.
static inline dnnl_status_t sepal_argument_memory(
    dnnl_primitive_t primitive, int argument, int allocate, dnnl_engine_t engine, dnnl_memory_t *memory) {
    const_dnnl_primitive_desc_t desc;
    dnnl_status_t status;
    SEPAL_TRY(dnnl_primitive_get_primitive_desc(primitive, &desc));
    const dnnl_memory_desc_t *wanted = dnnl_primitive_desc_query_md(desc, dnnl_query_exec_arg_md, argument);
    return dnnl_memory_create(memory, wanted, engine, allocate ? DNNL_MEMORY_ALLOCATE : DNNL_MEMORY_NONE);
}

// Copies row-major (groups ×) out × in × height × width weights into the layout a convolution wants.
static inline dnnl_status_t sepal_convolution_reorder_weights(dnnl_engine_t engine, dnnl_stream_t stream,
    dnnl_primitive_t convolution, const sepal_convolution *c, const float *weights, dnnl_memory_t *reordered) {
    dnnl_memory_desc_t plain;
    dnnl_memory_t from = NULL;
    dnnl_primitive_desc_t desc = NULL;
    dnnl_primitive_t reorder = NULL;
    dnnl_status_t status;
    SEPAL_TRY(sepal_weights_desc(c, dnnl_oihw, dnnl_goihw, &plain));
    SEPAL_TRY(sepal_argument_memory(convolution, DNNL_ARG_WEIGHTS, 1, engine, reordered));
    const dnnl_memory_desc_t *wanted;
    status = dnnl_memory_get_memory_desc(*reordered, &wanted);
    if (status == dnnl_success) status = dnnl_memory_create(&from, &plain, engine, (void *)weights);
    if (status == dnnl_success) status = dnnl_reorder_primitive_desc_create(&desc, &plain, engine, wanted, engine, NULL);
    if (status == dnnl_success) status = dnnl_primitive_create(&reorder, desc);
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, *reordered}};
        status = dnnl_primitive_execute(reorder, stream, 2, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(stream);
    if (reorder) dnnl_primitive_destroy(reorder);
    if (desc) dnnl_primitive_desc_destroy(desc);
    if (from) dnnl_memory_destroy(from);
    return status;
}

// The memory objects of one call of a convolution.
typedef struct {
    dnnl_memory_t source, weights, bias, destination, scratchpad;
} sepal_convolution_arguments;

static inline dnnl_status_t sepal_convolution_execute(dnnl_primitive_t convolution, dnnl_stream_t stream,
    const sepal_convolution_arguments *a, const float *source, float *destination) {
    dnnl_status_t status = dnnl_memory_set_data_handle(a->source, (void *)source);
    if (status == dnnl_success) status = dnnl_memory_set_data_handle(a->destination, destination);
    if (status != dnnl_success) return status;
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, a->source}, {DNNL_ARG_WEIGHTS, a->weights}, {DNNL_ARG_BIAS, a->bias},
        {DNNL_ARG_DST, a->destination}, {DNNL_ARG_SCRATCHPAD, a->scratchpad}};
    status = dnnl_primitive_execute(convolution, stream, 5, arguments);
    return status == dnnl_success ? dnnl_stream_wait(stream) : status;
}

// An element function over a run of values.
static inline dnnl_status_t sepal_elements_create(
    dnnl_engine_t engine, const sepal_function *f, int64_t count, dnnl_primitive_t *primitive) {
    dnnl_memory_desc_t values;
    dnnl_dims_t dims = {count};
    dnnl_eltwise_desc_t desc;
    dnnl_primitive_desc_t primitive_desc = NULL;
    dnnl_status_t status;
    SEPAL_TRY(dnnl_memory_desc_init_by_tag(&values, 1, dims, dnnl_f32, dnnl_x));
    SEPAL_TRY(dnnl_eltwise_forward_desc_init(
        &desc, dnnl_forward_inference, (dnnl_alg_kind_t)f->algorithm, &values, f->alpha, f->beta));
    SEPAL_TRY(dnnl_primitive_desc_create(&primitive_desc, &desc, NULL, engine, NULL));
    status = dnnl_primitive_create(primitive, primitive_desc);
    dnnl_primitive_desc_destroy(primitive_desc);
    return status;
}

// In place.
static inline dnnl_status_t sepal_elements_execute(
    dnnl_primitive_t elements, dnnl_stream_t stream, dnnl_memory_t memory, float *values) {
    dnnl_status_t status;
    SEPAL_TRY(dnnl_memory_set_data_handle(memory, values));
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, memory}, {DNNL_ARG_DST, memory}};
    SEPAL_TRY(dnnl_primitive_execute(elements, stream, 2, arguments));
    return dnnl_stream_wait(stream);
}

// Channels of a block that oneDNN's fastest convolutions here want.
static inline int sepal_block(void) {
    switch (dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41:
    case dnnl_cpu_isa_avx:
    case dnnl_cpu_isa_avx2:
    case dnnl_cpu_isa_avx2_vnni: return 8;
    default: return 16;
    }
}

static inline dnnl_engine_kind_t sepal_cpu(void) { return dnnl_cpu; }
static inline unsigned sepal_default_stream(void) { return dnnl_stream_default_flags; }

#undef SEPAL_TRY
#endif
