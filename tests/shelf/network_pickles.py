"""Writes network pickles as StyleGAN2-ADA does, with modules of its names that are gone after."""

from __future__ import annotations

import pickle
import sys
import types
from collections import OrderedDict
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from studio.shelf.conversion.plan import Plan
from studio.shelf.conversion.recognise import plan_for
from studio.shelf.conversion.torch_files import TorchFile

SOURCE = "raise SystemExit('the source code in the file was run')\n"


@contextmanager
def stand_in(**members: object):
    """Modules of these members, {"package.module.member": object}, importable until the end."""
    before = dict(sys.modules)
    for place, member in members.items():
        module, _, name = place.rpartition(".")
        parts = module.split(".")
        for depth in range(1, len(parts) + 1):
            sys.modules.setdefault(
                ".".join(parts[:depth]), types.ModuleType(".".join(parts[:depth]))
            )
        member.__module__, member.__qualname__ = module, name
        setattr(sys.modules[module], name, member)
    try:
        yield
    finally:
        for name in set(sys.modules) - set(before):
            del sys.modules[name]


class EasyDict(dict):
    pass


def _reconstruct_persistent_obj(meta):
    raise SystemExit("the file was unpickled")


class Persistent:
    """A network as torch_utils.persistence stores it: its source code and its state."""

    def __init__(self, name: str, **state: object) -> None:
        self.name, self.state = name, state

    def __reduce__(self):
        meta = {"type": "class", "version": 6, "module_src": SOURCE, "class_name": self.name}
        return _reconstruct_persistent_obj, (meta | {"state": self.state},)


def module(tensors: dict[str, torch.Tensor], name: str = "Layer", **settings) -> Persistent:
    """A tree of modules from names with dots; buffers and parameters as nn.Module keeps them."""
    parameters, buffers, inner = OrderedDict(), OrderedDict(), {}
    for key, tensor in tensors.items():
        head, _, rest = key.partition(".")
        if rest:
            inner.setdefault(head, {})[rest] = tensor
        elif head in ("w_avg", "noise_const", "resample_filter"):
            buffers[head] = tensor
        else:
            parameters[head] = torch.nn.Parameter(tensor)
    return Persistent(
        name,
        training=False,
        _parameters=parameters,
        _buffers=buffers,
        _non_persistent_buffers_set=set(),
        _backward_hooks=OrderedDict(),
        _modules=OrderedDict((key, module(part)) for key, part in inner.items()),
        _init_args=(),
        _init_kwargs=EasyDict(settings),
    )


def save(path: Path, tensors: dict[str, torch.Tensor], *, protocol: int = 4, **settings) -> Path:
    """Write {"G", "D", "G_ema", "training_set_kwargs", "augment_pipe"} as a network pickle."""
    networks = {
        "training_set_kwargs": EasyDict(path="flowers.zip", use_labels=False, max_size=None),
        "G": module({"mapping.fc0.weight": torch.zeros(2, 2)}, "Generator"),
        "D": module({"b4.fc.weight": torch.zeros(2, 2)}, "Discriminator"),
        "augment_pipe": None,
        "G_ema": module(tensors, "Generator", **settings),
    }
    members = {
        "torch_utils.persistence._reconstruct_persistent_obj": _reconstruct_persistent_obj,
        "dnnlib.util.EasyDict": EasyDict,
    }
    with stand_in(**members), path.open("wb") as file:
        pickle.dump(networks, file, protocol=protocol)
    return path


class Network:
    """A network as dnnlib.tflib stores it."""

    def __init__(self, variables: dict[str, np.ndarray], settings: dict, **components) -> None:
        self.version, self.name, self.static_kwargs = 5, "G", settings
        self.components = EasyDict(components)
        self.build_module_src, self.build_func_name = SOURCE, "G_main"
        self.variables = list(variables.items())

    def __setstate__(self, state):
        raise SystemExit("the file was unpickled")


def save_tensorflow(path: Path, tensors: dict[str, torch.Tensor], **settings) -> Path:
    """Write (G, D, averaged G) as the programs for TensorFlow did; `tensors` in ADA's naming."""
    mapping, synthesis = {}, {"lod": np.zeros((), np.float32)}
    for name, tensor in tensors.items():
        part, _, kept = name.partition(".")
        values = tensor.numpy()
        if kept.startswith("fc"):
            layer = kept.split(".")[0].replace("fc", "Dense")
            mapping[f"{layer}/{kept.split('.')[1]}"] = np.ascontiguousarray(values.T)
        elif part == "synthesis" and "filter" not in name:
            block, _, kept = kept.partition(".")
            side = int(block[1:])
            place, level = f"{side}x{side}", 2 * int(np.log2(side)) - 4
            convolution = "Conv" if side == 4 else "Conv1"
            for ours, theirs in (("conv0", "Conv0_up"), ("conv1", convolution), ("torgb", "ToRGB")):
                if kept == f"{ours}.weight":
                    turned = values[:, :, ::-1, ::-1] if ours == "conv0" else values
                    synthesis[f"{place}/{theirs}/weight"] = turned.transpose(2, 3, 1, 0).copy()
                elif kept == f"{ours}.affine.weight":
                    synthesis[f"{place}/{theirs}/mod_weight"] = values.T.copy()
                elif kept == f"{ours}.affine.bias":
                    synthesis[f"{place}/{theirs}/mod_bias"] = values - 1
                elif kept == f"{ours}.noise_const":
                    synthesis[f"noise{level - (ours == 'conv0')}"] = values[None, None]
                elif kept in (f"{ours}.bias", f"{ours}.noise_strength"):
                    synthesis[f"{place}/{theirs}/{kept.split('.')[1]}"] = values
            if kept == "const":
                synthesis[f"{place}/Const/const"] = values[None]
    members = {"dnnlib.tflib.network.Network": Network, "dnnlib.util.EasyDict": EasyDict}
    with stand_in(**members), path.open("wb") as file:
        parts = {"mapping": Network(mapping, {}), "synthesis": Network(synthesis, {})}
        average = {"dlatent_avg": tensors["mapping.w_avg"].numpy(), "lod": np.float32(0)}
        networks = [Network({}, {}), Network({}, {}), Network(average, settings, **parts)]
        pickle.dump(tuple(networks), file, protocol=4)
    return path


class Asks:
    """Would run `function` with `args` when it is unpickled."""

    def __init__(self, function, *args) -> None:
        self.made_by = function, args

    def __reduce__(self):
        return self.made_by


def plan_for_file(file: Path) -> Plan:
    with TorchFile(file) as opened:
        return plan_for(opened)
