"""Takes the pictures of the window that are in docs/pictures, with the model that is there now.

    python benchmarks/window_pictures.py [--out docs/pictures]

Fixed words and starting points, none picked by hand, except in the sliders' room. Needs a display
(Xvfb will do).
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

WORDS = (
    ("a slice of cake with a cherry", "glossy emoji"),
    ("a green cactus in a pot", "flat emoji"),
    ("a sailing boat on blue waves", "3d emoji"),
    ("a purple octopus", "flat emoji"),
    ("a sleepy owl with glasses", "3d emoji"),
    ("a red mushroom", "outlined emoji"),
    ("a dragon", "pixel art monster"),
    ("a rocket", "3d emoji"),
)
STYLES = ("mosaic", "woodblock-wave", "swirls")
TUNES = ("cheerful", "solemn", "driving", "dreamy")
FOX = ("a smiling red fox", "3d emoji")


def take(out: Path) -> None:
    from PySide6.QtCore import QSize
    from PySide6.QtTest import QTest

    from studio.ui import start
    from studio.ui.studio import Studio

    app = start.make_application(["easel"])
    studio = Studio()
    window, panel = studio.window, studio.window.room.panel
    stage = window.room.stage

    def until(done) -> None:
        while not done():
            QTest.qWait(20)

    def drawn() -> bool:
        return studio.queue.running is None and not studio.collection.busy

    def draw(words: tuple[str, str], seed: int, count: int = 1, wait: bool = True) -> None:
        panel.form.set_values({"prompt": words[0], "style": words[1], "count": count})
        panel.form.set_values({"seed": seed})
        panel.seed.set_locked(True)
        panel.ask()
        if wait:
            until(drawn)
            QTest.qWait(300)

    def shoot(name: str) -> None:
        app.processEvents()
        QTest.qWait(250)
        window.grab().toImage().save(str(out / f"{name}.webp"), "WEBP", 88)

    studio.look.choose("dark")
    window.resize(QSize(1440, 900))
    studio.show()
    until(lambda: studio.queue.engine.phase == "ready" and panel.model() is not None)
    shoot("window-first-start")
    for seed, words in enumerate(WORDS):
        draw(words, seed)
    draw(FOX, 7)
    shoot("window-dark")
    draw(FOX, 7, count=4, wait=False)
    until(lambda: len(stage.sheet.artworks()) == 2)
    shoot("window-drawing")
    until(drawn)
    studio.look.choose("light")
    shoot("window-light")
    panel.form.fold.set_open(True)
    window.resize(QSize(1024, 680))
    app.processEvents()
    panel.scroller.verticalScrollBar().setValue(10_000)
    shoot("window-smallest")
    sliders(window, until, shoot, studio)
    style(window, until, shoot, studio)
    music(window, until, shoot, studio)
    gallery(window, shoot, studio)
    window.go_to("settings")
    window.resize(QSize(1440, 900))
    shoot("window-settings")
    window.close()


def sliders(window, until, shoot, studio) -> None:
    from PySide6.QtCore import QSize
    from PySide6.QtTest import QTest

    def rest() -> None:
        until(lambda: room.guide.sight is not None)
        QTest.qWait(2500)  # the ends, the map and the nine come after the picture

    window.go_to("sliders")
    room = window.sliders
    window.resize(QSize(1440, 900))
    studio.look.choose("dark")
    rest()
    for seed in (20, 46, 38):
        room.guide.start_from(seed)
        rest()
        room.path.add(room.guide.journey.place, sight=room.guide.sight)
    room.guide.start_from(22)
    rest()
    room.breeding.buttons[1].click()
    room.breeding.buttons[4].click()
    room.breeding.breed()
    rest()
    shoot("sliders-dark")
    studio.look.choose("light")
    shoot("sliders-light")
    window.resize(QSize(1024, 680))
    rest()
    shoot("sliders-smallest")


def style(window, until, shoot, studio) -> None:
    """A still life that we drew, painted."""
    from PIL import Image
    from PySide6.QtCore import QSize
    from PySide6.QtTest import QTest

    from studio.training.style.still_life import still_life
    from studio.ui.style.wish import Pick

    pixels = still_life(1024)[0].permute(1, 2, 0).mul(255).round().byte().numpy()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "still life.png"
        Image.fromarray(pixels).save(file)
        window.resize(QSize(1440, 900))
        window.go_to("style")
        room = window.style_
        room.take(file)
        until(lambda: room.guide.wish.content)
    kept = []
    room.works.kept.connect(kept.append)

    def rest() -> None:
        until(lambda: room.guide.seen and room.canvas.after is not None)
        QTest.qWait(2500)  # the fine picture comes after the quick one

    for number, one in enumerate(STYLES, 1):
        room.guide.go(room.guide.wish.pick(Pick(one)))
        rest()
        room.doings.keep()
        until(lambda most=number: len(kept) == most)
    QTest.qWait(6000)  # until nothing is announced any more
    shoot("style-light")
    studio.look.choose("dark")
    room.panel.mix_fold.set_open(True)
    shoot("style-dark")
    window.resize(QSize(1024, 680))
    rest()
    shoot("style-smallest")


def music(window, until, shoot, studio) -> None:
    from PySide6.QtCore import QSize

    from studio.recipes import TuneRecipe

    window.resize(QSize(1440, 900))
    window.go_to("music")
    room = window.music
    until(lambda: room.model("easel/tunes") is not None)
    shoot("music-first-start")
    kept = []
    room.composing.kept.connect(kept.append)
    for number, mood in enumerate(TUNES, 1):
        room.composing.compose([TuneRecipe(mood=mood, seed=number)])
        until(lambda most=number: len(kept) == most)
    room.banner.hide()  # that there is nothing here to hear it with
    shoot("music-dark")
    studio.look.choose("light")
    shoot("music-light")
    window.resize(QSize(1024, 680))
    shoot("music-smallest")


def gallery(window, shoot, studio) -> None:
    from time import monotonic

    from PySide6.QtCore import QSize
    from PySide6.QtTest import QTest

    def rest() -> None:
        ends = monotonic() + 4
        while monotonic() < ends:  # in short pieces: no other thread runs in one of them
            QTest.qWait(10)

    window.resize(QSize(1440, 900))
    window.go_to("gallery")
    rest()
    window.gallery.grid.take(7)
    rest()
    shoot("gallery-light")
    studio.look.choose("dark")
    rest()
    shoot("gallery-dark")
    window.resize(QSize(1024, 680))
    rest()
    shoot("gallery-smallest")


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--out", type=Path, default=Path("docs/pictures"))
    out = options.parse_args().out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["EASEL_HOME"] = home
        take(out)


if __name__ == "__main__":
    main()
