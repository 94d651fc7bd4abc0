"""Weights are found in the files of other programs; files that lie are refused."""

from __future__ import annotations

import io
import json
import pickle
import random as chances
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.shelf.conversion.recognise import plan_for
from studio.shelf.conversion.torch_files import TorchFile
from tests.shelf import network_pickles
from tests.shelf.network_pickles import Asks, plan_for_file
from tests.shelf.style_gans import ada_state, rosinality_state

SOON = 5.0  # seconds of the processor


# Files that lie


def stream_of(count: int) -> bytes:
    """A stream whose storage says that it has `count` numbers, and has four."""
    written = io.BytesIO()
    torch.save({"input.input": torch.ones(4)}, written, _use_new_zipfile_serialization=False)
    data = written.getvalue()
    return data[:-24] + struct.pack("<q", count) + data[-16:]


@pytest.mark.parametrize("count", [-1, 5, 2**40, 2**62])
def test_a_stream_that_says_it_is_longer_is_refused(tmp_path, count):
    file = tmp_path / "net.pt"
    file.write_bytes(stream_of(4))
    with TorchFile(file) as opened:
        (tensor,) = opened.tensors(opened.content).values()
        assert opened.array(tensor).tolist() == [1.0] * 4
    file.write_bytes(stream_of(count))
    with pytest.raises(StudioError, match="damaged or incomplete"):
        plan_for_file(file)


class Placed:
    """Stands for the first storage of a zip that `placed` writes."""


def placed(file: Path, shape: object, strides: object, offset: object, stored: int = 4) -> Path:
    """A zip with one tensor that says these things of itself."""

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if isinstance(value, Placed):
                return ("storage", torch.FloatStorage, "0", "cpu", 4)
            return None

    data = io.BytesIO()
    rebuilt = Asks(torch._utils._rebuild_tensor_v2, Placed(), offset, shape, strides, False, {})
    Pickler(data, 2).dump({"x": rebuilt})
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("net/data.pkl", data.getvalue())
        archive.writestr("net/data/0", np.arange(stored, dtype="<f4").tobytes())
    return file


def test_a_tensor_in_its_bounds_is_read(tmp_path):
    with TorchFile(placed(tmp_path / "net.pt", (2, 2), (1, 2), 0)) as opened:
        (tensor,) = opened.tensors(opened.content).values()
        assert opened.array(tensor).tolist() == [[0, 2], [1, 3]]


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [
        ((5,), (1,), 0),
        ((4,), (1,), 1),
        ((2,), (4,), 0),
        ((2,), (-1,), 2),
        ((4,), (1,), -1),
        ((2**40, 2**40), (0, 0), 0),  # more numbers than there are, all of them the first
        ((2, 2), (1,), 0),
        ((-2, -2), (1, 1), 0),
        (("2",), (1,), 0),
        ([4], [1], 0),
        ((4,), (1,), "0"),
        ((1,) * 40, (1,) * 40, 0),
        ((2**63, 0), (1, 1), 0),
    ],
)
def test_a_tensor_out_of_its_bounds_is_refused(tmp_path, shape, strides, offset):
    with (
        TorchFile(placed(tmp_path / "net.pt", shape, strides, offset)) as opened,
        pytest.raises(StudioError, match="damaged or incomplete"),
    ):
        opened.tensors(opened.content)


def test_a_storage_shorter_than_its_tensor_is_refused(tmp_path):
    with (
        TorchFile(placed(tmp_path / "net.pt", (4,), (1,), 0, stored=3)) as opened,
        pytest.raises(StudioError, match="damaged or incomplete"),
    ):
        opened.tensors(opened.content)


def lying_safetensors(**said: object) -> bytes:
    entry = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]} | said
    text = json.dumps({"x": entry}).encode()
    return struct.pack("<Q", len(text)) + text + bytes(16)


@pytest.mark.parametrize(
    "data",
    [
        lying_safetensors(shape=[2, 3]),
        lying_safetensors(shape=[-2, -2]),
        lying_safetensors(shape=[2.0, 2]),
        lying_safetensors(shape="22"),
        lying_safetensors(data_offsets=[16, 32]),
        lying_safetensors(data_offsets=[-16, 0]),
        lying_safetensors(data_offsets=[0, "16"]),
        lying_safetensors(data_offsets=[0]),
        lying_safetensors(dtype=[]),
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 20_000) + b"{" + b'"a":[' * 4000,
        struct.pack("<Q", 20_000) + b'{"a":' + b"[" * 19_995,
        struct.pack("<Q", 7) + b'{"a":3}',
    ],
)
def test_safetensors_that_lie_are_refused(tmp_path, data):
    (tmp_path / "net.safetensors").write_bytes(data)
    with pytest.raises(StudioError, match="damaged or incomplete"):
        plan_for_file(tmp_path / "net.safetensors")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x80", b"PK\x03\x04", b"cos\nsystem\n(S'ls'\ntR.", b"GIF89a", b"\0" * 100, b"\x89PNG"],
)
def test_other_files_are_refused(tmp_path, data):
    (tmp_path / "net.pt").write_bytes(data)
    with pytest.raises(StudioError, match=r"“net\.pt”"):
        plan_for_file(tmp_path / "net.pt")


def test_a_file_that_is_gone_is_said_so(tmp_path):
    with pytest.raises(StudioError, match="cannot be opened"):
        TorchFile(tmp_path / "net.pt")


def test_another_byte_order_is_refused(tmp_path):
    file = placed(tmp_path / "net.pt", (4,), (1,), 0)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("net/byteorder", b"big")
    with pytest.raises(StudioError, match="another kind of computer"):
        plan_for_file(file)


def test_a_whole_program_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.pt", "w") as archive:  # as torch.jit.save does
        for name in ("net/data.pkl", "net/constants.pkl", "net/code/__torch__.py"):
            archive.writestr(name, b"\x80\x02N.")
    with pytest.raises(StudioError, match="whole program"):
        plan_for_file(tmp_path / "net.pt")


def test_a_compressed_zip_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("net/data.pkl", b"\x80\x04" + b"N" * 10_000_000)
    with pytest.raises(StudioError, match="damaged or incomplete"):
        plan_for_file(tmp_path / "net.pt")


def test_a_zip_of_countless_files_is_refused_soon(tmp_path):
    entry = b"PK\x01\x02" + struct.pack("<6H3L5H2L", *([0] * 9), 10, *([0] * 6)) + b"n/data.pkl"
    listed = entry * (40 * 2**20 // len(entry))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(listed), 4, 0)
    (tmp_path / "net.pt").write_bytes(b"PK\x03\x04" + listed + end)
    began = time.process_time()
    with pytest.raises(StudioError, match="damaged or incomplete"):
        plan_for_file(tmp_path / "net.pt")
    assert time.process_time() - began < SOON


# Fuzzing


def samples(folder: Path) -> dict[str, bytes]:
    """One small, good file of each kind."""
    ada, rosinality = ada_state([4, 4, 4], 4, 1), rosinality_state([4, 4, 4], 4, 1)
    torch.save({"g_ema": rosinality, "latent_avg": torch.zeros(4)}, folder / "zip")
    torch.save({"G_ema": ada}, folder / "stream", _use_new_zipfile_serialization=False)
    network_pickles.save(folder / "network", ada)
    network_pickles.save_tensorflow(folder / "tensorflow", ada)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, bytes]:
    found = samples(tmp_path_factory.mktemp("good"))
    for name, data in found.items():
        file = tmp_path_factory.mktemp("again") / name
        file.write_bytes(data)
        assert plan_for_file(file).form.size == 16
    return found


changes = st.lists(
    st.tuples(st.sampled_from(["set", "cut", "put", "copy"]), st.randoms(use_true_random=False)),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, asked: list[tuple[str, chances.Random]]) -> bytes:
    for how, chance in asked:
        at = chance.randrange(len(data) + 1)
        match how:
            case "set":
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case "cut":
                data = data[:at] + data[at + chance.choice([1, 4, 100, 10**9]) :]
            case "put":
                data = data[:at] + chance.randbytes(chance.choice([1, 2, 8])) + data[at:]
            case "copy":
                start = chance.randrange(len(data) + 1)
                data = data[:at] + data[start : start + chance.randrange(40)] + data[at:]
    return data


@pytest.mark.parametrize("kind", ["zip", "stream", "network", "tensorflow"])
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=changes)
def test_a_changed_file_is_read_or_refused(good, tmp_path, kind, asked):
    file = tmp_path / "net"
    file.write_bytes(changed(good[kind], asked))
    began = time.process_time()
    try:
        with TorchFile(file) as opened:
            plan = plan_for(opened)
            for name, shape in plan.form.layout().items():
                assert plan.make[name]().shape == shape
    except StudioError:
        pass
    assert time.process_time() - began < SOON
