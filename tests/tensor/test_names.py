"""The names that people know: tinygrad's documented API with its parameters, and PyTorch's.

The tables were written from tinygrad 0.14 and PyTorch 2.13. What is missing on purpose stands in
MISSING, DIFFERENT and OTHERWISE, each with its reason.
"""

from __future__ import annotations

import importlib
import inspect
import math
from typing import Any

import numpy as np
import pytest
import torch

import smelt
from smelt import Tensor, nn
from smelt.util.errors import ArgumentError, DTypeError, ShapeError

# A method of tinygrad's Tensor and its parameters a line; those without parameters in one block.
METHODS = """
add x reverse
all axis keepdim
allclose other rtol atol equal_nan
any axis keepdim
arange start stop step dtype
argmax axis keepdim
argmin axis keepdim
argsort dim descending
assign x
avg_pool2d kernel_size stride dilation padding ceil_mode count_include_pad
backward gradient
batchnorm weight bias mean invstd axis
binary_crossentropy Y reduction
binary_crossentropy_logits Y reduction pos_weight
bitcast dtype
bitwise_and x reverse
bitwise_or x reverse
bitwise_xor x reverse
cast dtype
cat *args dim
celu alpha
chunk chunks dim
clamp min_ max_
clip min_ max_
clone device
conv2d weight bias groups stride dilation padding dtype
conv_transpose2d weight bias groups stride dilation padding output_padding
copysign other
cross_entropy Y reduction label_smoothing
cummax axis
cummin axis
cumprod axis
cumsum axis
diagonal offset dim1 dim2
div x reverse rounding_mode
dot w dtype
dropout p
einsum formula *operands dtype
elu alpha
empty *shape device dtype
empty_like dtype device
eq x
expand shape *args
eye n m dtype
flatten start_dim end_dim
flip axis *args
fmod x
from_blob ptr shape
from_url url gunzip
full shape fill_value dtype device buffer
full_like fill_value dtype device buffer
gather dim index
gelu approximate
glorot_uniform *shape
gradient *targets gradient
hardsigmoid alpha beta
hardtanh min_val max_val
interpolate size mode align_corners
isclose other rtol atol equal_nan
isinf detect_positive detect_negative
kaiming_normal *shape a
kaiming_uniform *shape a
layernorm axis eps
leaky_relu neg_slope
lerp end weight
linear weight bias dtype
linspace start stop steps dtype
log_softmax axis dtype
logaddexp other
logcumsumexp axis
logsumexp axis keepdim
lshift x reverse
manual_seed seed
masked_fill mask value
masked_select mask size fill_value
matmul x reverse dtype
max axis keepdim
max_pool2d kernel_size stride dilation padding ceil_mode return_indices
max_unpool2d indices kernel_size stride dilation padding output_size
maximum x
mean axis keepdim
meshgrid *args indexing
min axis keepdim
minimum x
mod x reverse
mul x reverse
multinomial num_samples replacement
ne x
newton_schulz steps params eps
nll_loss Y weight ignore_index reduction
nonzero size fill_value
normal *shape mean std
normalize p dim eps
one_hot num_classes
ones *shape
pad padding mode value
pad_to shape *args value
permute order *args
pow x reverse
prod axis keepdim dtype
rand *shape device dtype contiguous
randint *shape low high dtype
randn *shape dtype
randn_like dtype
randperm n device dtype
realize *lst do_update_stats
rearrange formula **sizes
repeat repeats *args
repeat_interleave repeats dim
replace x
reshape shape *args
roll shifts dims
rshift x reverse
scaled_dot_product_attention key value attn_mask dropout_p is_causal enable_gqa
scaled_uniform *shape
scatter dim index src reduce
scatter_reduce dim index src reduce include_self
selu alpha gamma
sequential ll
shrink arg
shrink_to shape *args
size dim
softmax axis dtype
softmin axis dtype
softplus beta
sort dim descending
sparse_categorical_crossentropy Y ignore_index label_smoothing reduction
split sizes dim
squeeze dim
stack *args dim
std axis keepdim correction
std_mean axis keepdim correction
sub x reverse
sum axis keepdim dtype
svd full_matrices
to device
to_ device
topk k dim largest sorted_
transpose dim0 dim1
tril diagonal
triu diagonal
unflatten dim sizes
unfold dim size step
uniform *shape low high dtype
unsqueeze dim
var axis keepdim correction
var_mean axis keepdim correction
view shape *args
where x y
zeros *shape
"""
PLAIN = """
T abs acos acosh asin asinh atan atanh bfloat16 bitwise_not bool ceil contiguous
contiguous_backward cos cosh data detach device diag double dtype element_size erf exp exp2
float floor grad half hardswish int is_floating_point isfinite isnan item log log10 log2
logical_not logsigmoid long mish nbytes ndim neg numel numpy ones_like qr quick_gelu rand_like
reciprocal relu relu6 round rsqrt shape short sigmoid sign silu sin sinh softsign sqrt square
swish tan tanh tolist trunc zeros_like
"""
MODULES = """
nn.BatchNorm sz eps affine track_running_stats momentum
nn.BatchNorm2d sz eps affine track_running_stats momentum
nn.BatchNorm3d sz eps affine track_running_stats momentum
nn.Conv2d in_channels out_channels kernel_size stride padding dilation groups bias
nn.ConvTranspose2d in_channels out_channels kernel_size stride padding output_padding dilation \
    groups bias
nn.Embedding vocab_size embed_size
nn.GroupNorm num_groups num_channels eps affine
nn.InstanceNorm num_features eps affine
nn.LSTMCell input_size hidden_size bias
nn.LayerNorm normalized_shape eps elementwise_affine
nn.LayerNorm2d normalized_shape eps elementwise_affine
nn.Linear in_features out_features bias
nn.RMSNorm dim eps elementwise_affine
nn.optim.Adam params lr b1 b2 eps device fused
nn.optim.AdamW params lr b1 b2 eps weight_decay device fused
nn.optim.LAMB params lr b1 b2 eps weight_decay adam device fused
nn.optim.LARS params lr momentum weight_decay ns_steps ns_coefficients nesterov classic pre_wd \
    tcoef device fused
nn.optim.Muon params lr momentum weight_decay ns_steps ns_coefficients nesterov device fused
nn.optim.Optimizer params lr device fused
nn.optim.OptimizerGroup *optimizers
nn.optim.SGD params lr momentum weight_decay nesterov classic device fused
nn.state.TensorIO t
nn.state.accept_filename func
nn.state.fs_load t size
nn.state.fs_store t
nn.state.get_parameters obj
nn.state.get_state_dict obj prefix tensor_type
nn.state.load_state_dict model state_dict strict verbose consume realize
nn.state.safe_load fn
nn.state.safe_load_metadata t
nn.state.safe_save tensors fn metadata
nn.state.tar_extract t
nn.state.torch_load t
nn.state.zip_extract t
nn.datasets.cifar device
nn.datasets.mnist device fashion
"""

# tinygrad's names of parameters that are PyTorch's here. They are nearly always given by position.
RENAMED = {
    "assign": {"x": "value"},
    "binary_crossentropy": {"Y": "target"},
    "binary_crossentropy_logits": {"Y": "target"},
    "clamp": {"min_": "min", "max_": "max"},  # min_ and max_ are taken too
    "clip": {"min_": "min", "max_": "max"},
    "dot": {"w": "other"},
    "where": {"x": "a", "y": "b"},
    "nn.BatchNorm": {"sz": "num_features"},
    "nn.BatchNorm2d": {"sz": "num_features"},
    "nn.BatchNorm3d": {"sz": "num_features"},
    "nn.Embedding": {"vocab_size": "num_embeddings", "embed_size": "embedding_dim"},
    "nn.state.get_parameters": {"obj": "model"},
    "nn.state.get_state_dict": {"obj": "model"},
    "nn.state.safe_load": {"fn": "path"},
    "nn.state.safe_load_metadata": {"t": "path"},
    "nn.state.safe_save": {"fn": "path"},
    "nn.state.tar_extract": {"t": "file"},
    "nn.state.torch_load": {"t": "path"},
    "nn.state.zip_extract": {"t": "file"},
}
OPERANDS = (
    "add bitwise_and bitwise_or bitwise_xor div eq fmod lshift matmul maximum minimum mod mul ne"
    " pow rshift sub"
)
RENAMED |= {name: {"x": "other"} for name in OPERANDS.split()}

# Parameters that are not there.
DIFFERENT = {
    "bitwise_and reverse": "symmetric",
    "bitwise_or reverse": "symmetric",
    "bitwise_xor reverse": "symmetric",
    "full buffer": "what gets memory is the compiler's to decide; .contiguous() asks for some",
    "full_like buffer": "the same",
    "rand contiguous": "the same",
    "realize do_update_stats": "smelt.stats() counts what runs inside of it",
    "nn.optim.Adam device": "state is where its parameter is",
    "nn.optim.AdamW device": "the same",
    "nn.optim.LAMB device": "the same",
    "nn.optim.LARS device": "the same",
    "nn.optim.Muon device": "the same",
    "nn.optim.Optimizer device": "the same",
    "nn.optim.SGD device": "the same",
    "nn.optim.LARS ns_steps": "Muon is a class of its own here",
    "nn.optim.LARS ns_coefficients": "the same",
    "nn.state.get_state_dict tensor_type": "there is one kind of tensor",
}

# Parameters at another place in the row, because PyTorch has them there.
ELSEWHERE = {
    "interpolate mode": "scale_factor is before it, where a string is taken for the mode",
    "interpolate align_corners": "a bool there, after the mode, is taken for it",
}
ELSEWHERE |= {
    f"nn.{norm} {name}": "(num_features, eps, momentum, affine, track_running_stats)"
    for norm in ("BatchNorm", "BatchNorm2d", "BatchNorm3d")
    for name in ("affine", "track_running_stats", "momentum")
}

MISSING = {
    "alu as_param call callify const const_like invalids is_param linear_with_vars max_numel"
    " max_shape schedule_linear ufix uop uprod usum": "of tinygrad's compiler, not documented",
    "custom_kernel": "smelt's kernels are written by its compiler",
    "decode_hevc_frame": "decodes with a chip's video unit",
    "hash keccak": "hashlib has them",
    "image_conv2d image_dot": "for textures of mobile GPUs",
    "is_param_": "requires_grad_ says what is trained",
    "random_bits threefry": "manual_seed and rand are the way to random numbers",
    "shard shard_ shard_like": "a tensor is on one device",
    "nn.state.TensorIO nn.state.accept_filename": "files are read by path",
    "nn.state.fs_load nn.state.fs_store": "of a file system of tinygrad's own",
}

# Names of PyTorch's Tensor, torch.nn.functional and torch, and its methods in place.
TORCH = """
T abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr all allclose amax amin
aminmax any arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort argwhere
asin asinh atan atan2 atanh backward baddbmm bernoulli bfloat16 bincount bitwise_and
bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor bmm bool broadcast_to
byte ceil char cholesky cholesky_solve chunk clamp clamp_max clamp_min clip clone contiguous
copysign cos cosh count_nonzero cpu cross cummax cummin cumprod cumsum data data_ptr deg2rad det
detach device diag diag_embed diagonal diff dim div divide dot double dtype element_size eq equal
erf erfc exp exp2 expand expand_as expm1 fix flatten flip fliplr flipud float float_power floor
floor_divide fmax fmin fmod frac gather ge ger grad greater greater_equal gt half hardshrink
heaviside histc hypot index_add index_copy index_fill index_put index_reduce index_select inner
int inverse is_floating_point is_leaf isclose isfinite isinf isnan isneginf isposinf istft item
kron kthvalue le lerp less less_equal log log10 log1p log2 log_softmax logaddexp logaddexp2
logcumsumexp logdet logical_and logical_not logical_or logical_xor logit logsumexp long lstsq lt
mT masked_fill masked_scatter masked_select matmul matrix_power max maximum mean median min
minimum mm moveaxis movedim mul multinomial multiply mv nan_to_num nanmean nanmedian nanquantile
nansum narrow nbytes ndim ndimension ne neg negative nelement new_empty new_full new_ones
new_tensor new_zeros nextafter nonzero nonzero_static norm not_equal numel numpy outer permute
pinverse positive pow prelu prod put qr quantile rad2deg ravel reciprocal relu remainder repeat
repeat_interleave requires_grad reshape reshape_as roll rot90 round rsqrt scatter scatter_add
scatter_reduce select sgn shape short sigmoid sign signbit sin sinc sinh size slogdet softmax
solve sort split sqrt square squeeze std stft sub subtract sum svd swapaxes swapdims t take
take_along_dim tan tanh tensor_split tile to tolist topk trace transpose tril triu true_divide
trunc type_as unbind unflatten unfold unique unique_consecutive unsqueeze var view view_as where
xlogy

adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
adaptive_max_pool2d adaptive_max_pool3d affine_grid avg_pool1d avg_pool2d avg_pool3d
binary_cross_entropy binary_cross_entropy_with_logits celu conv1d conv2d conv3d conv_transpose1d
conv_transpose2d conv_transpose3d cosine_embedding_loss cosine_similarity cross_entropy ctc_loss
dropout dropout1d dropout2d dropout3d elu embedding fold gaussian_nll_loss gelu glu grid_sample
group_norm gumbel_softmax hardsigmoid hardswish hardtanh hinge_embedding_loss huber_loss
instance_norm interpolate kl_div l1_loss layer_norm leaky_relu linear local_response_norm
logsigmoid lp_pool1d lp_pool2d lp_pool3d margin_ranking_loss max_pool1d max_pool2d max_pool3d
max_unpool1d max_unpool2d max_unpool3d mish mse_loss nll_loss normalize one_hot pad
pairwise_distance pixel_shuffle pixel_unshuffle poisson_nll_loss relu6 rms_norm
scaled_dot_product_attention selu silu smooth_l1_loss soft_margin_loss softmin softplus softshrink
softsign tanhshrink threshold triplet_margin_loss

arange blackman_window bucketize cat cdist concat concatenate cond einsum empty empty_like
enable_grad eye from_dlpack full full_like gradient hamming_window hann_window hstack isin
linspace logspace manual_seed matrix_rank meshgrid no_grad normal ones ones_like rand rand_like
randint randint_like randn randn_like randperm searchsorted stack std_mean tensordot var_mean
vstack zeros zeros_like

abs_ absolute_ acos_ acosh_ add_ addcdiv_ addcmul_ arccos_ arccosh_ arcsin_ arcsinh_ arctan2_
arctan_ arctanh_ asin_ asinh_ atan2_ atan_ atanh_ bernoulli_ bitwise_and_ bitwise_left_shift_
bitwise_not_ bitwise_or_ bitwise_right_shift_ bitwise_xor_ ceil_ clamp_ clamp_max_ clamp_min_
clip_ copy_ copysign_ cos_ cosh_ cumprod_ cumsum_ deg2rad_ div_ divide_ erf_ erfc_ exp2_ exp_
expm1_ fill_ fix_ float_power_ floor_ floor_divide_ fmod_ frac_ heaviside_ hypot_ index_add_
index_copy_ index_fill_ index_put_ index_reduce_ lerp_ log10_ log1p_ log2_ log_ logit_
masked_fill_ masked_scatter_ mul_ multiply_ nan_to_num_ neg_ negative_ nextafter_ normal_ pow_
put_ rad2deg_ random_ reciprocal_ relu_ remainder_ requires_grad_ round_ rsqrt_ scatter_
scatter_add_ scatter_reduce_ sgn_ sigmoid_ sign_ sin_ sinc_ sinh_ sqrt_ square_ sub_ subtract_
tan_ tanh_ tril_ triu_ true_divide_ trunc_ uniform_ xlogy_ zero_
"""

# What PyTorch's users may look for in vain: what to write instead, or why not.
OTHERWISE = {
    "as_strided storage stride is_contiguous": "a tensor has no memory layout that one can see",
    "batch_norm": "nn.BatchNorm, or batchnorm(weight, bias, mean, invstd)",
    "cuda": "to(device)",
    "grad_fn register_hook retain_grad": "gradient(*targets) gives that of any tensor",
    "is_complex real imag angle conj view_as_complex": "no complex numbers; fft works on pairs",
    "is_sparse to_sparse coalesce": "no sparse tensors",
    "resize_ squeeze_ unsqueeze_ transpose_ t_": "in place a tensor keeps its shape",
    "share_memory_ pin_memory record_stream": "the runtime's to decide",
    "type": "cast, or dtype",
}


def parse(table: str) -> dict[str, list[str]]:
    rows = [line.split() for line in table.replace("\\\n", " ").splitlines() if line.strip()]
    return {row[0]: row[1:] for row in rows}


def found(name: str) -> Any:
    """The method of Tensor, or what a dotted name means in smelt."""
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(f"smelt.{module}") if module else Tensor, last)


SIGNATURES = {**parse(METHODS), **parse(MODULES)}
ABSENT = {name for names in MISSING for name in names.split()}


@pytest.mark.parametrize("name", [name for name in SIGNATURES if name not in ABSENT])
def test_tinygrads_signature(name: str) -> None:
    ours = inspect.signature(found(name)).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in ours.values())
    by_name = [n for n, p in ours.items() if p.kind is p.KEYWORD_ONLY]
    positions = [n for n in ours if n != "self" and n not in by_name]
    variadic = any(p.kind is p.VAR_POSITIONAL for p in ours.values())
    for i, theirs in enumerate(SIGNATURES[name]):
        if f"{name} {theirs}" in DIFFERENT:
            assert theirs not in ours
            continue
        wanted = RENAMED.get(name, {}).get(theirs, theirs)
        if variadic and (theirs.startswith("*") or wanted not in ours):
            continue  # rearrange's sizes, and shapes given one by one or as a tuple
        assert wanted in ours or takes_any, theirs
        if wanted in positions and not variadic and f"{name} {theirs}" not in ELSEWHERE:
            absent = sum(f"{name} {before}" in DIFFERENT for before in SIGNATURES[name][:i])
            assert positions.index(wanted) == i - absent, f"{theirs} is elsewhere in {positions}"


def test_tinygrads_plain_methods() -> None:
    assert [name for name in PLAIN.split() if not hasattr(Tensor, name)] == []


def test_what_is_missing_is_missing() -> None:
    def is_there(name: str) -> bool:
        try:
            found(name)
        except AttributeError:
            return False
        return True

    assert [name for name in ABSENT if is_there(name)] == []
    assert [name for names in OTHERWISE for name in names.split() if hasattr(Tensor, name)] == []


def test_pytorchs_names() -> None:
    names = TORCH.split()
    assert len(names) >= 300
    assert [name for name in names if not hasattr(Tensor, name)] == []


def test_what_tinygrad_exports() -> None:
    for name in ("Tensor", "TinyJit", "nn", "Variable", "dtypes", "Device", "Context", "getenv"):
        assert hasattr(smelt, name)
    assert smelt.fetch is smelt.helpers.fetch
    assert callable(smelt.GlobalCounters.reset)
    for name in ("Conv1d", "ConvTranspose1d", "optim", "state", "datasets"):
        assert hasattr(nn, name)


# ---- what stands behind some of the names --------------------------------------------------------


def test_training_is_a_flag_that_can_be_set() -> None:
    x = Tensor.ones(1000)
    assert Tensor.training is False
    Tensor.training = True
    assert (Tensor.training, (x.dropout(0.5) == 0).any().item()) == (True, True)
    with smelt.Context(TRAINING=0):
        assert Tensor.training is False
    Tensor.training = False
    assert x.dropout(0.5).tolist() == x.tolist()


def test_global_counters_count_from_a_reset_on() -> None:
    x = Tensor.ones(256).contiguous().realize()
    counters = smelt.GlobalCounters
    try:
        counters.reset()
        (x + 1).realize()
        (x * 3 + 1).realize()
        assert (counters.kernel_count, counters.global_ops) == (2, 3 * 256)
        assert counters.global_mem == 4 * 256 * 4
        counters.reset()
        assert counters.kernel_count == 0
    finally:
        counters.counters = None


def test_replace_takes_values_of_any_dtype_and_device() -> None:
    x = Tensor([1, 2])
    before = x + 0
    assert x.replace(Tensor([0.5, 1.5], device="PYTHON")) is x
    assert (x.tolist(), x.dtype.name, x.device) == ([0.5, 1.5], "float32", "PYTHON")
    assert before.tolist() == [1, 2]
    assert x.to_("CPU") is x and x.device == "CPU"
    with pytest.raises(ShapeError, match="replace"):
        x.replace(Tensor([1.0]))
    weight = Tensor([1.0, 2.0], requires_grad=True)
    weight.replace(Tensor([3.0, 4.0]))
    (weight * weight).sum().backward()
    assert weight.grad is not None and weight.grad.tolist() == [6.0, 8.0]
    with pytest.raises(DTypeError, match="replace"):
        weight.replace(Tensor([3, 4]))


def test_a_selection_of_a_known_size_is_captured() -> None:
    select = smelt.jit(lambda x, mask: x.masked_select(mask, size=3, fill_value=-1))
    for values in ([1, 0, 1, 0], [1, 1, 1, 1], [0, 0, 0, 0]):
        found = select(Tensor([5, 6, 7, 8]), Tensor(values).bool()).tolist()
        expected = [x for x, taken in zip([5, 6, 7, 8], values, strict=True) if taken]
        assert found == (expected + [-1] * 3)[:3]
    assert Tensor([0, 4, 0]).nonzero(2).tolist() == [[1], [0]]


@pytest.mark.parametrize("shape", [(3, 4), (1,), (0, 3), (5, 0)])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_diff(shape: tuple[int, ...], n: int) -> None:
    array = np.arange(math.prod(shape), dtype=np.float32).reshape(shape) ** 2
    for dim in range(len(shape)):
        assert Tensor(array).diff(n, dim).tolist() == torch.tensor(array).diff(n, dim).tolist()
    flags = np.array([True, False, False])
    assert Tensor(flags).diff(n).tolist() == torch.tensor(flags).diff(n).tolist()


def test_gumbel_softmax() -> None:
    Tensor.manual_seed(0)
    x = Tensor([1.0, 0.0, 2.0], requires_grad=True)
    chosen = x.expand(4000, 3).gumbel_softmax(hard=True)
    share = np.exp([1.0, 0.0, 2.0]) / np.exp([1.0, 0.0, 2.0]).sum()
    np.testing.assert_allclose(chosen.mean(0).numpy(), share, atol=0.03)
    np.testing.assert_allclose(chosen.sum(1).numpy(), 1, atol=1e-6)
    chosen[:, 2].mean().backward()
    assert x.grad is not None and x.grad.tolist()[2] > 0
    soft = x.gumbel_softmax(tau=0.5).sum().item()
    assert abs(soft - 1) < 1e-6


def test_other_names_and_small_helpers() -> None:
    x = Tensor([[-2.0, 0.5], [3.0, float("nan")]], dtype="float16")
    assert x.clip(min_=-1, max_=1)[0].tolist() == [-1.0, 0.5]
    assert (x.nelement(), x.ndimension(), x.new_ones(2, 3).dtype.name) == (4, 2, "float16")
    assert x.new_full((2,), 7).tolist() == x.new_tensor([7, 7]).tolist() == [7.0, 7.0]
    assert not x.equal(x)  # NaN
    assert Tensor([1, 2, 3]).isin(Tensor([[2], [5]]), invert=True).tolist() == [True, False, True]
    assert Tensor([4.0]).sequential([]).tolist() == [4.0]
    assert Tensor([1.0]).contiguous_backward().tolist() == [1.0]
    with pytest.raises(DTypeError, match="embedding"):
        Tensor([1.0]).embedding(x)
    with pytest.raises(ArgumentError, match="masked_select"):
        x.masked_select(x > 0, size=-1)
    with pytest.raises(ArgumentError, match="diff"):
        x.diff(-1)
