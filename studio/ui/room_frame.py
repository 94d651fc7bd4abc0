"""How every room is laid out: a bar, the work, what was made below it, one panel at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.widgets.basics import frame, set_role, tighten


def lay_out(
    room: QWidget, bar: QWidget, banner: QWidget, work: QWidget, below: QWidget, panel: QWidget
) -> QWidget:
    """Put the parts of a room into it; returns the page that holds banner and work."""
    page = QWidget()
    set_role(page, "page")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(page)
    tighten(column)
    column.addWidget(banner)
    column.addWidget(work, 1)
    left = QVBoxLayout()
    tighten(left)
    left.addWidget(page, 1)
    left.addWidget(below)
    main = QHBoxLayout()
    tighten(main)
    main.addLayout(left, 1)
    main.addWidget(panel)
    whole = QVBoxLayout(room)
    tighten(whole)
    whole.addWidget(bar)
    whole.addLayout(main, 1)
    return page


def below_work(strip: QWidget) -> QFrame:
    """The frame in which a strip stands."""
    made = frame("strip")
    row = QVBoxLayout(made)
    row.setContentsMargins(12, 7, 12, 0)
    row.addWidget(strip)
    return made
