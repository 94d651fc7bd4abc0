"""The data of pickles is read; nothing that a file asks for is ever done, and no bomb goes off."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import pickle
import time
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.shelf import conversion
from studio.shelf.conversion.pickle_data import (
    MAX_STEPS,
    Call,
    Forbidden,
    Malformed,
    Name,
    PickleData,
    Window,
)
from studio.shelf.conversion.torch_files import TorchFile
from tests.shelf import network_pickles
from tests.shelf.network_pickles import Asks, plan_for_file
from tests.shelf.style_gans import ada_state

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


def test_the_reader_has_no_tools_to_run_anything_with():
    tools = {
        "pickle",
        "_pickle",
        "marshal",
        "importlib",
        "runpy",
        "torch",
        "subprocess",
        "pickletools",
    }
    calls = {"eval", "exec", "compile", "__import__", "getattr", "setattr", "vars", "globals"}
    sources = sorted(Path(conversion.__file__).parent.glob("*.py"))
    assert len(sources) > 5
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None) or "", *(name.name for name in node.names)]
                assert not tools & {name.partition(".")[0] for name in names}, source
            elif isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in calls, source
