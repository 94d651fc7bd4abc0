"""The converter of the teacher's weights takes arrays and nothing else."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file

from studio.training.picture import perceptual


class Evil:
    def __reduce__(self) -> tuple:
        return (Path.touch, (Path("was-run"),))


@pytest.mark.parametrize("content", [Evil(), {"net": {"w": Evil()}}, {"w": "text"}, {"w": [1.0]}])
def test_anything_but_arrays_is_refused(content: object, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "evil.ckpt"
    file.write_bytes(pickle.dumps(content))
    with pytest.raises(perceptual.RefusedPickle):
        perceptual.read_arrays(file)
    assert not (tmp_path / "was-run").exists()


def test_arrays_of_objects_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "objects.ckpt"
    file.write_bytes(pickle.dumps({"w": np.array([{}], dtype=object)}))
    with pytest.raises(perceptual.RefusedPickle):
        perceptual.read_arrays(file)


def test_plain_arrays_are_converted(tmp_path: Path) -> None:
    kernel = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    file = tmp_path / "good.ckpt"
    file.write_bytes(pickle.dumps({"net": {"kernel": kernel, "bias": np.ones(5, np.float32)}}))
    perceptual.convert(file, tmp_path / "good.safetensors")
    tensors = load_file(tmp_path / "good.safetensors")
    assert tensors["net.kernel"].shape == (5, 4, 2, 3)
    assert np.array_equal(tensors["net.kernel"].numpy(), kernel.transpose(3, 2, 0, 1))
