"""Weights are read out of pickles; nothing that a file asks for is ever done."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import random as chances
import struct
import time
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.shelf.conversion.pickle_data import (
    MAX_STEPS,
    Call,
    Forbidden,
    Malformed,
    Name,
    PickleData,
    Window,
)
from studio.shelf.conversion.recognise import plan_for
from studio.shelf.conversion.torch_files import TorchFile
from tests.shelf import network_pickles
from tests.shelf.style_gans import ada_state, rosinality_state

SOON = 5.0  # seconds of the processor


def read(data: bytes, admitted=lambda name: True) -> object:
    return PickleData(io.BytesIO(data), 0, len(data), admitted).read()


# The machine


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        [1, -1, 255, 256, 65536, -(2**31), 2**31, 2**200, -(2**70)],
        [0.0, -1.5, 1e300, float("inf")],
        {"a": 1, 2: "ü 猫", -3: [None, False], True: ()},
        (1, (2, (3, 4, 5, 6)), [[], {}, ()]),
        "x" * 70_000,
        [["same"] * 3, list(range(3000)), {str(number): number for number in range(3000)}],
    ],
)
def test_plain_values_are_read_as_they_were(value, protocol):
    assert read(pickle.dumps(value, protocol)) == value


def test_a_value_that_is_mentioned_twice_is_one():
    shared = ["x"]
    first, second = read(pickle.dumps([shared, shared]))
    assert first is second


def test_bytes_stay_in_the_file():
    data = pickle.dumps({"short": b"abc", "long": b"d" * 1000, "changing": bytearray(b"ef")}, 5)
    for name, wanted in {"short": b"abc", "long": b"d" * 1000, "changing": b"ef"}.items():
        window = read(data)[name]
        assert isinstance(window, Window)
        assert data[window.start : window.start + window.length] == wanted


def test_calls_become_notes():
    class_of_nothing = read(pickle.dumps(OrderedDict(a=1), 2))
    assert isinstance(class_of_nothing, Call)
    assert (class_of_nothing.what, class_of_nothing.pairs) == ("collections.OrderedDict", {"a": 1})
    assert read(pickle.dumps(os.getcwd)) == Name("posix", "getcwd") or os.name == "nt"


class Asks:
    """Would run `function` with `args` when it is unpickled."""

    def __init__(self, function, *args) -> None:
        self.made_by = function, args

    def __reduce__(self):
        return self.made_by


def marks(tmp_path: Path) -> Asks:
    return Asks(os.system, f"echo > '{tmp_path / 'ran'}'")


def evil_files(tmp_path: Path) -> dict[str, bytes]:
    """Files of every kind with a call of os.system in each place that is read."""
    evil = marks(tmp_path)
    zipped, stream, deep = io.BytesIO(), io.BytesIO(), io.BytesIO()
    torch.save({"g_ema": {"input.input": torch.ones(2)}, "args": evil}, zipped)
    torch.save({"g_ema": evil}, stream, _use_new_zipfile_serialization=False)
    torch.save(evil, deep, _use_new_zipfile_serialization=False)
    within = Asks(torch.storage._load_from_bytes, deep.getvalue())
    parts = stream.getvalue(), pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2)
    return {
        "zip": zipped.getvalue(),
        "stream": stream.getvalue(),
        "first of the stream": pickle.dumps(evil, 2) + parts[0],
        "third of the stream": parts[1] + parts[2] + pickle.dumps(evil, 2),
        "bare": pickle.dumps({"G_ema": evil}),
        "bare, old": pickle.dumps({"G_ema": evil}, 2),
        "within a tensor": pickle.dumps(
            {"G_ema": {"x": Asks(torch._utils._rebuild_tensor_v2, within, 0, (1,), (1,))}}
        ),
    }


@pytest.mark.parametrize(
    "place",
    [
        "zip",
        "stream",
        "first of the stream",
        "third of the stream",
        "bare",
        "bare, old",
        "within a tensor",
    ],
)
def test_a_file_that_wants_to_run_something_is_refused_and_nothing_runs(tmp_path, place):
    file = tmp_path / "net.pkl"
    file.write_bytes(evil_files(tmp_path)[place])
    with pytest.raises(StudioError, match=r"“net\.pkl” asks for .*“(posix|nt)\.system”") as caught:
        plan_for_file(file)
    assert caught.value.todo
    assert not (tmp_path / "ran").exists()
    if place != "within a tensor":
        return
    with pytest.raises(TypeError):  # the file does run what it wants, where it is let
        pickle.loads(file.read_bytes())
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "function", [eval, exec, getattr, __import__, open, compile, torch.load, np.load, io.open]
)
def test_no_tool_of_an_escape_is_admitted(tmp_path, function):
    file = tmp_path / "net.pkl"
    file.write_bytes(pickle.dumps(Asks(function, "x")))
    with pytest.raises(StudioError, match="asks for a piece of program"):
        plan_for_file(file)


def test_what_is_admitted_does_nothing_either(tmp_path):
    """Even a list of admitted names that were wrong would let nothing run."""
    value = read(pickle.dumps(marks(tmp_path)))
    assert value.what.endswith(".system")
    assert not (tmp_path / "ran").exists()


def test_a_wanted_name_is_shown_harmlessly(tmp_path):
    file = tmp_path / "net.pkl"
    file.write_bytes(b"\x80\x02cev\x1b[31mil\x07\nrun" + b"x" * 150 + b"\n.")
    with pytest.raises(StudioError) as caught:
        plan_for_file(file)
    assert caught.value.what.isprintable()
    assert len(caught.value.what) < 250


def test_source_code_in_a_network_is_never_run_nor_kept(tmp_path):
    file = network_pickles.save(tmp_path / "net.pkl", ada_state([8, 6, 4], 16, 2))
    assert network_pickles.SOURCE.encode() in file.read_bytes()
    with TorchFile(file) as opened:
        network = opened.network(opened.content["G_ema"])
    assert network.name == "Generator"
    assert "SystemExit" not in repr(network)


# Files that lie


def plan_for_file(file: Path):
    with TorchFile(file) as opened:
        return plan_for(opened)


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


# Bombs


def nested_twice(levels: int) -> bytes:
    """A tuple of two tuples of two tuples ...: short to write, endless to walk through."""
    return b"\x80\x04)\x94" + b"".join(b"h%c\x86\x94" % level for level in range(levels)) + b"."


BOMBS = {
    "many steps": b"\x80\x04" + b"N" * (MAX_STEPS + 10),
    "many marks": b"\x80\x04" + b"(" * 200_000 + b".",
    "deep tuples": b"\x80\x04)" + b"\x85" * 200_000 + b".",
    "deep calls": b"\x80\x04)" + b"cbuiltins\nlist\n)R\x85" * 40_000 + b".",
    "a tuple of tuples as a key": b"\x80\x04}" + nested_twice(200)[2:-1] + b"K\x01s.",
    "tuples of tuples": nested_twice(200),
    "a number of a gigabyte": b"\x80\x04\x8b\xff\xff\xff\x7f.",
    "a text of four gigabytes": b"\x80\x04X\xff\xff\xff\xffabc.",
    "bytes of exabytes": b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "keys that all hash alike": b"\x80\x04}("
    + b"".join(
        b"\x8a\x10" + (number * (2**61 - 1)).to_bytes(16, "little", signed=True) + b"N"
        for number in range(1, 100_000)
    )
    + b"u.",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_does_not_go_off(tmp_path, bomb):
    (tmp_path / "net.pkl").write_bytes(BOMBS[bomb])
    began = time.process_time()
    with pytest.raises(StudioError):
        plan_for_file(tmp_path / "net.pkl")
    assert time.process_time() - began < SOON


def test_modules_within_themselves_come_to_an_end(tmp_path):
    def text(value: str) -> bytes:
        return b"\x8c" + bytes([len(value)]) + value.encode()

    network = b"ctorch_utils.persistence\n_reconstruct_persistent_obj\n"
    state = b"}" + text("_modules") + b"h\x00s"  # its modules are dictionary 0
    meta = b"}(" + text("class_name") + text("Generator") + text("state") + state + b"u"
    within = b"h\x00(" + text("a") + b"h\x01" + text("b") + b"h\x01u0"  # and hold itself, twice
    whole = b"}" + text("G_ema") + b"h\x01s."
    (tmp_path / "net.pkl").write_bytes(
        b"\x80\x04}q\x000" + network + meta + b"\x85Rq\x010" + within + whole
    )
    began = time.process_time()
    with pytest.raises(StudioError, match="damaged or incomplete"):
        plan_for_file(tmp_path / "net.pkl")
    assert time.process_time() - began < SOON


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


CODES = b"N\x88\x89KMJ\x8a\x8bGX\x8cUTCB]}()t\x85\x86\x87aesu01qh\x94c\x93R\x81\x92bQ\x8f\x90\x91."


@settings(max_examples=300, deadline=None)
@given(
    program=st.lists(
        st.one_of(
            st.sampled_from([bytes([code]) for code in CODES]),
            st.sampled_from([b"\x8c\x01a", b"K\x01", b"ca\nb\n", b"q\x00", b"h\x00", b"C\x01x"]),
            st.binary(min_size=1, max_size=3),
        ),
        max_size=40,
    )
)
def test_any_program_ends_in_a_value_or_an_error(program):
    with contextlib.suppress(Malformed, Forbidden):
        read(b"\x80\x04" + b"".join(program) + b".", lambda name: name == "a.b")
