"""Models are opened one at a time: what diffusers does to torch meanwhile is for all threads."""

from __future__ import annotations

import threading

import pytest
import torch
from accelerate import init_empty_weights

from studio.engines.latent.model import LatentModel
from studio.engines.latent.opened import OpenModels
from studio.engines.loading import LOADING, one_at_a_time
from studio.shelf import Shelf
from tests.tiny_latent import FACES, save_tiny_vae

SECONDS = 30.0


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return save_tiny_vae(tmp_path_factory.mktemp("models") / "faces")


def test_a_latent_model_is_whole_though_a_pipeline_is_opened_beside_it(faces, tmp_path):
    shelf = Shelf(tmp_path / "none", tmp_path / "models.json")
    shelf.add_folder(faces)
    models = OpenModels()
    begun, leave = threading.Event(), threading.Event()

    @one_at_a_time
    def as_diffusers_does() -> None:
        with init_empty_weights():
            begun.set()
            assert leave.wait(SECONDS)

    beside = threading.Thread(target=as_diffusers_does)
    opened: list[LatentModel] = []
    opening = threading.Thread(target=lambda: opened.append(models.get(FACES, shelf)))
    beside.start()
    assert begun.wait(SECONDS)
    opening.start()
    opening.join(1.0)
    assert opening.is_alive()  # it waits
    leave.set()
    beside.join()
    opening.join()
    assert opened[0].frame(opened[0].seeded(1)).std() > 0


def test_whoever_opens_a_model_may_open_another_within():
    @one_at_a_time
    def outer() -> int:
        return one_at_a_time(lambda: 7)()

    assert outer() == 7
    assert LOADING.acquire(blocking=False)
    LOADING.release()


def test_a_seed_leads_to_the_same_place_whatever_torch_takes_by_itself(faces, tmp_path):
    shelf = Shelf(tmp_path / "none", tmp_path / "models.json")
    shelf.add_folder(faces)
    model = OpenModels().get(FACES, shelf)
    usual = model.seeded(5)
    torch.set_default_dtype(torch.bfloat16)
    try:
        model._codes.clear()
        assert torch.equal(model.seeded(5), usual)
    finally:
        torch.set_default_dtype(torch.float32)
