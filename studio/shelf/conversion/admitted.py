"""What the pickles of checkpoints may speak of, and what kinds of numbers they hold.

Admitting a name makes nothing run: `pickle_data` cannot import. A file that speaks of anything
else is something other than weights, and is refused with that name.
"""

from __future__ import annotations

# By torch's name and by safetensors' name: bytes a number, and numpy's type (bfloat16 has none).
KINDS: dict[str, tuple[int, str]] = {
    "Double": (8, "<f8"), "Float": (4, "<f4"), "Half": (2, "<f2"), "BFloat16": (2, "bfloat16"),
    "Long": (8, "<i8"), "Int": (4, "<i4"), "Short": (2, "<i2"), "Char": (1, "<i1"),
    "Byte": (1, "<u1"), "Bool": (1, "?"),
    "F64": (8, "<f8"), "F32": (4, "<f4"), "F16": (2, "<f2"), "BF16": (2, "bfloat16"),
    "I64": (8, "<i8"), "I32": (4, "<i4"), "I16": (2, "<i2"), "I8": (1, "<i1"),
    "U8": (1, "<u1"), "BOOL": (1, "?"),
}  # fmt: skip

REBUILD = "torch._utils._rebuild_tensor"
REBUILD_PARAMETER = "torch._utils._rebuild_parameter"
REBUILD_SUBCLASS = "torch._tensor._rebuild_from_type_v2"
FROM_BYTES = "torch.storage._load_from_bytes"
SIZE = "torch.Size"
NETWORK = "torch_utils.persistence._reconstruct_persistent_obj"
TF_NETWORK = "dnnlib.tflib.network.Network"
ARRAY = "multiarray._reconstruct"  # of numpy.core, later numpy._core
DICTS = {
    "collections.OrderedDict",
    "collections.defaultdict",
    "dnnlib.util.EasyDict",
    "easydict.EasyDict",
}
SETTINGS = {"argparse.Namespace", "types.SimpleNamespace"}

_BUILTINS = "set frozenset list dict tuple int float bool str bytes bytearray complex slice object"
_TORCH = (
    "device dtype Tensor float float16 float32 float64 half double bfloat16 int8 int16 int32 int64 "
    "uint8 bool strided channels_last contiguous_format preserve_format nn.parameter.Parameter "
    "storage.TypedStorage storage.UntypedStorage"
)
_NUMPY = "_core.multiarray._reconstruct _core.multiarray.scalar dtype ndarray"
_STORAGES = "Double Float Half BFloat16 Long Int Short Char Byte Bool"
ADMITTED = {
    REBUILD,
    f"{REBUILD}_v2",
    REBUILD_PARAMETER,
    f"{REBUILD_PARAMETER}_with_state",
    REBUILD_SUBCLASS,
    FROM_BYTES,
    SIZE,
    NETWORK,
    TF_NETWORK,
    *DICTS,
    *SETTINGS,
    "_codecs.encode",
    "copy_reg._reconstructor",
    "copyreg._reconstructor",
    *(f"pathlib.{name}" for name in ("Path", "PosixPath", "PurePosixPath", "WindowsPath")),
    *(f"{place}.{name}" for place in ("builtins", "__builtin__") for name in _BUILTINS.split()),
    *(f"torch.{name}" for name in _TORCH.split()),
    *(f"numpy.{name}" for name in (*_NUMPY.split(), *_NUMPY.replace("_core", "core").split())),
    *(f"{place}.{kind}Storage" for place in ("torch", "torch.cuda") for kind in _STORAGES.split()),
}
