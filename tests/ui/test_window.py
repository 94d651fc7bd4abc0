"""The window itself: what it remembers, how it looks, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QPlainTextEdit,
    QWidget,
)

from studio.errors import StudioError
from studio.paths import config_dir
from studio.ui import theme
from studio.ui.memory import Memory
from studio.ui.problem_dialog import ProblemDialog
from tests.ui.fakes import FakeEngine, describe_model
from tests.ui.test_creating import ask, made


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=lambda tokens: tokens.name)
@pytest.mark.parametrize(("front", "back", "least"), theme.PAIRS)
def test_contrast(tokens, front, back, least):
    found = theme.contrast(getattr(tokens, front), getattr(tokens, back))
    assert found >= least, f"{front} on {back}: {found:.2f}"


def test_contrast_is_wcag_s():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_unsent_words_and_choices_survive(qtbot, studio, open_studio):
    panel = studio.window.room.panel
    panel.prompt.set_value("half a thought 🦊")
    panel.form.set_values({"count": 3, "style": "pixel art", "guidance": 7.5, "seed": 99})
    panel.seed.set_locked(True)
    panel.form.fold.set_open(True)
    studio.window.settings.theme_chosen.emit("light")
    studio.window.resize(1024, 720)
    studio.window.close()
    again = open_studio()
    panel = again.window.room.panel
    values = panel.form.values()
    assert values["prompt"] == "half a thought 🦊"
    assert (values["count"], values["style"], values["guidance"]) == (3, "pixel art", 7.5)
    assert (values["seed"], panel.seed.locked, panel.form.fold.open) == (99, True, True)
    assert again.look.choice == "light"
    assert again.window.size() == QSize(1024, 720)


def test_words_are_kept_while_one_types(qtbot, studio):
    studio.window.room.panel.prompt.set_value("half a thought")
    studio.window.saving.setInterval(1)
    studio.window.room.panel.changed.emit()
    file = config_dir() / "window.json"
    qtbot.waitUntil(lambda: file.is_file() and "half a thought" in file.read_text("utf-8"))
    assert [path.name for path in file.parent.iterdir()] == ["window.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": 99, "theme": "light"}',
        '{"schema": 1, "theme": "pink", "picture": 7, "geometry": "%%%", "new": 1}',
        '{"schema": 1, "picture": {"count": 999, "steps": "x", "seed": -1, "width": 7, '
        '"prompt": 3, "style": "anything", "unknown": 1, "quality": "best"}}',
    ],
)
def test_what_cannot_be_read_is_dropped(qtbot, open_studio, text):
    file = config_dir() / "window.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    studio = open_studio()
    assert studio.look.choice == "system"
    values = studio.window.room.panel.form.values()
    assert (values["count"], values["steps"], values["prompt"]) == (1, None, "")


def test_memory_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    memory = Memory(tmp_path / "file" / "window.json")
    memory.set("theme", "dark")
    memory.save()
    assert Memory(tmp_path / "file" / "window.json").get("theme") is None


def test_memory_is_json_with_a_schema(tmp_path):
    memory = Memory(tmp_path / "window.json")
    memory.set("theme", "dark")
    memory.save()
    assert json.loads((tmp_path / "window.json").read_text("utf-8"))["schema"] == 1


def visible(root: QWidget) -> list[QWidget]:
    return [w for w in root.findChildren(QWidget) if w.isVisible()]


def test_everything_that_takes_the_focus_has_a_name(qtbot, studio):
    ask(qtbot, studio)
    made(qtbot, studio)
    studio.window.room.panel.form.fold.set_open(True)
    window = studio.window
    window.room.toast.say("x", "Undo")
    for room in ("picture", "sliders", "style", "settings"):
        window.go_to(room)
        reachable = [w for w in visible(window) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
        nameless = [
            f"{type(w).__name__} in {type(w.parent()).__name__}"
            for w in reachable
            if not w.accessibleName() and w.objectName() != "qt_scrollarea_viewport"
        ]
        assert reachable
        assert not nameless


def test_every_button_says_what_it_does(qtbot, studio):
    for button in studio.window.findChildren(QAbstractButton):
        if button.objectName().startswith("qt_"):
            continue
        assert button.accessibleName() or not button.isVisible(), button


def test_tab_goes_round(qtbot, studio):
    window = studio.window
    window.activateWindow()
    window.room.panel.prompt.setFocus()
    seen = []
    for _ in range(60):
        focus = QApplication.focusWidget()
        if focus in seen:
            break
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    panel = window.room.panel
    for widget in (panel.create_button, panel.seed.number, panel.seed.lock, panel.surprise):
        assert widget in seen
    assert window.rail.button("picture") in seen or window.rail.button("settings") in seen
    chip, how_many = panel.styles.chips()[0], panel.form.field("count").row.segment(1)
    full = panel.form.field("quality").row.segment("full")
    wanted = [panel.prompt, chip, how_many, full, panel.seed.number, panel.create_button]
    assert sorted(wanted, key=seen.index) == wanted


def test_arrow_keys_choose(qtbot, studio):
    panel = studio.window.room.panel
    row = panel.form.field("count").row
    studio.window.activateWindow()
    row.segment(1).setFocus()
    for expected in (2, 3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        assert panel.form.values()["count"] == expected
    panel.styles.chips()[0].setFocus()
    qtbot.keyClick(panel.styles.chips()[0], Qt.Key.Key_Space)
    assert panel.form.values()["style"] == ""  # let go: it was the one to begin with
    qtbot.keyClick(panel.styles.chips()[0], Qt.Key.Key_Space)
    assert panel.form.values()["style"] == "3d emoji"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert panel.form.values()["style"] == "flat emoji"


@pytest.mark.parametrize("choice", ["dark", "light"])
@pytest.mark.parametrize("size", [QSize(1024, 680), QSize(1440, 900), QSize(2560, 1440)])
def test_create_is_always_in_sight(qtbot, studio, size, choice):
    window = studio.window
    studio.look.choose(choice)
    window.resize(size)
    panel = window.room.panel
    panel.form.fold.set_open(True)
    QApplication.processEvents()
    assert window.size() == size
    button = panel.create_button
    place = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
    assert window.rect().contains(place)
    assert button.isVisible()
    inside = panel.scroller.widget()
    assert inside.width() <= panel.scroller.viewport().width()
    assert window.room.stage.canvas.parentWidget().width() >= size.width() - 348 - 76 - 2
    assert not window.grab().isNull()


def test_the_smallest_window(studio):
    assert studio.window.minimumSizeHint().width() <= 1024
    assert studio.window.minimumSizeHint().height() <= 680
    assert studio.window.minimumSize() == QSize(1024, 680)


def test_closing_mid_job_stops_the_engine(qtbot, studio):
    ask(qtbot, studio)
    studio.engine.inner.begin()
    studio.window.close()
    assert studio.engine.inner.stopped
    assert not [t for t in threading.enumerate() if t.name.startswith("easel-")]
    studio.engine.inner.progress(0.9)  # a late answer reaches nobody
    QApplication.processEvents()


def test_nothing_slow_before_the_first_paint(qtbot, open_studio):
    made_by: list[str] = []

    class Watched(FakeEngine):
        def start(self) -> None:
            made_by.append(threading.current_thread().name)
            super().start()

    studio = open_studio(make_engine=Watched)
    assert made_by == ["MainThread"]
    studio.start()
    assert len(made_by) == 1


def test_the_window_never_imports_torch():
    code = (
        "import sys, studio.app, studio.ui.start;"
        "print([m for m in ('torch', 'diffusers', 'numpy', 'PIL.Image') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_engine_process_does_not_load_qt_with_the_program():
    code = "import sys, studio.app; print([m for m in sys.modules if m.startswith('PySide6')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_defect_is_shown_and_the_window_stays(qtbot, studio, capfd):
    try:
        raise ZeroDivisionError("on purpose")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(studio.window.findChildren(ProblemDialog)))
    dialog = studio.window.findChildren(ProblemDialog)[0]
    assert "on purpose" in dialog.report.toPlainText()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert "ZeroDivisionError" in QApplication.clipboard().text()
    qtbot.mouseClick(dialog.on, Qt.MouseButton.LeftButton)
    assert studio.window.isVisible()
    assert "on purpose" in capfd.readouterr().err


def test_a_defect_on_a_thread(qtbot, studio, capfd):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(studio.window.findChildren(ProblemDialog)))


def test_themes(qtbot, studio):
    for choice, ground in (("light", "#f4f1ec"), ("dark", "#17181c")):
        segment = studio.window.settings.theme.segment(choice)
        studio.window.go_to("settings")
        qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)
        assert ground in studio.window.styleSheet()
        assert studio.look.tokens.ground == ground


def test_credits_and_licences(qtbot, studio):
    settings = studio.window.settings
    studio.window.go_to("settings")
    for button, expected in (
        (settings.licences, ("Inter", "ISC License", "Apache License")),
        (settings.credits, ("Stickers",)),
    ):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        dialog = studio.window.findChildren(QDialog)[-1]
        text = dialog.findChild(QPlainTextEdit).toPlainText()
        assert all(words in text for words in expected)
        dialog.accept()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_folder_that_is_no_model(qtbot, studio, tmp_path):
    (tmp_path / "no model").mkdir()
    studio.add_model(tmp_path / "no model")
    banner = studio.window.room.banner
    qtbot.waitUntil(banner.isVisible)
    assert "no model" in banner.what.text()


def test_a_model_without_styles_is_asked_in_words(qtbot, studio, shelf_folder):
    describe_model(shelf_folder / "plain", "someone/plain", styles=0)
    panel = studio.window.room.panel
    panel.set_models(studio._find_models()["picture"])
    panel.choose_model("someone/plain")
    field = panel.form.field("style")
    assert not field.chips.isVisible()
    field.line.setText("oil on canvas")
    field.line.textEdited.emit("oil on canvas")
    ask(qtbot, studio)
    assert studio.engine.inner.recipe().style == "oil on canvas"
    assert studio.engine.inner.recipe().model == "someone/plain"


def test_a_library_that_cannot_be_opened(qtbot, open_studio):
    def refuse(folder):
        raise StudioError("The folder is locked.", "Unlock it.")

    studio = open_studio(opener=refuse)
    banner = studio.window.room.banner
    qtbot.waitUntil(banner.isVisible)
    assert banner.what.text() == "The folder is locked."
    assert banner.action.text().strip() == "Choose a folder…"
