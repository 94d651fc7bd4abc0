"""Keeps the thumbnails at the sliders' ends true: this very picture with that slider moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.ui.sights import Sight, View
from studio.ui.sliders.journey import Journey
from studio.ui.sliders.slider_row import END, End, SliderRow

if TYPE_CHECKING:
    from studio.work.live import LiveViews

PAUSE = 180  # milliseconds of rest before they are asked for anew
SIDE = 2 * END  # pixels, sharp on dense screens


class Ends(QObject):
    """Asks for both ends of every row in sight, a moment after the picture has come to rest.

    rows: those in sight. journey: where we are.
    """

    def __init__(
        self,
        live: LiveViews,
        journey: Callable[[], Journey | None],
        rows: Callable[[], list[SliderRow]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._journey, self._rows = journey, rows
        self._asked: list[End] = []
        self.view = View(live, "ends", self._model, self._seen, parent=self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(PAUSE)
        self._rest.timeout.connect(self._ask)

    def refresh(self) -> None:
        """The picture has changed, or more rows are in sight."""
        self._rest.start()

    def hold(self) -> None:
        """A hand moves a slider: what is under way would be wrong when it comes."""
        self._rest.stop()

    def forget(self) -> None:
        """The rows are gone."""
        self._asked = []
        self._rest.stop()
        self.view.forget()

    def _ask(self) -> None:
        journey = self._journey()
        if journey is None:
            return
        rows = self._rows()
        places = [journey.place.pin(**{row.slider_id: at}) for row in rows for at in (-1.0, 1.0)]
        self._asked = [end for row in rows for end in (row.low, row.high)]
        self.view.ask(places, SIDE)

    def _seen(self, sight: Sight) -> None:
        if sight.index < len(self._asked):
            self._asked[sight.index].set_image(sight.image)

    def _model(self) -> str:
        journey = self._journey()
        return journey.model if journey else ""
