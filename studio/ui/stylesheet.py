"""The style sheet of the window, made from a theme's tokens."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.ui.theme import Tokens

# Roles are set on widgets as the dynamic property "role"
SHEET = Template("""
QWidget { color: $text; font-size: 14px; }
QWidget#window { background: $ground; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 8px; }

QFrame[role="rail"] { background: $surface; border: none; border-right: 1px solid $line; }
QFrame[role="topbar"] { background: $ground; border: none; border-bottom: 1px solid $line; }
QFrame[role="tray"] { background: $ground; border: none; border-top: 1px solid $line; }
QFrame[role="strip"] { background: $ground; border: none; border-top: 1px solid $line; }
QFrame[role="panel"] { background: $surface; border: none; border-left: 1px solid $line; }
QFrame[role="foot"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: 12px; }
QFrame[role="dropping"] {
  background: transparent; border: 2px dashed $edge; border-radius: 20px;
}
QFrame[role="row"] { background: $raised; border: none; border-radius: 8px; }
QFrame[role="toast"] { background: $raised; border: 1px solid $line; border-radius: 12px; }
QFrame[role="banner"] { background: $raised; border: 1px solid $line; border-radius: 12px; }
QWidget[role="page"] { background: $canvas; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 16px; font-weight: 600; }
QLabel[role="heading"] { font-size: 22px; font-weight: 600; }
QLabel[role="section"] { font-size: 16px; font-weight: 600; }
QLabel[role="label"] { font-size: 12px; color: $muted; }
QLabel[role="group"] { font-size: 13px; font-weight: 600; }
QLabel[role="muted"] { font-size: 13px; color: $muted; }
QLabel[role="create"] { font-size: 16px; font-weight: 600; color: $on_accent; }
QLabel[role="keys"] { font-size: 12px; color: $on_accent; }
QLabel[role="create"]:disabled, QLabel[role="keys"]:disabled { color: $muted; }
QLabel[role="drop"] {
  background: $chosen; border: 2px dashed $accent; border-radius: 12px; font-weight: 600;
}
QLabel[role="group"]:disabled { color: $muted; }
QLabel[role="hint"] { font-size: 13px; color: $warning; }

QPushButton, QToolButton, QComboBox, QLineEdit { outline: none; }
QPushButton, QToolButton {
  background: $raised; border: 1px solid $line; border-radius: 8px;
  padding: 0 12px; min-height: 30px;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: transparent; }
QPushButton:focus, QToolButton:focus { border: 2px solid $text; padding: 0 11px; min-height: 28px; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }

QPushButton[role="create"] {
  background: $accent; color: $on_accent; border: 2px solid $accent; border-radius: 12px;
  font-size: 16px; font-weight: 600; min-height: 44px; padding: 0 16px;
}
QPushButton[role="create"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="create"]:disabled { background: $line; border-color: $line; }
QPushButton[role="create"]:pressed { background: $accent; }
QPushButton[role="create"]:focus { border: 2px solid $text; min-height: 44px; padding: 0 16px; }

QPushButton[role="second"] {
  background: $raised; border: 1px solid $line; border-radius: 12px; min-height: 38px;
}
QPushButton[role="second"]:hover { background: $hover; border-color: $edge; }
QPushButton[role="second"]:focus { border: 2px solid $text; min-height: 36px; }

QPushButton[role="accent"] {
  background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[role="accent"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="accent"]:focus { border: 2px solid $text; }

QPushButton[role="pick"] { border-radius: 15px; padding: 0 12px; min-height: 28px; }
QPushButton[role="pick"]:checked { background: $chosen; border: 1px solid $accent; }
QPushButton[role="pick"]:focus { border: 2px solid $text; padding: 0 11px; min-height: 26px; }
QToolButton[role="tab"] {
  background: transparent; border: 2px solid transparent; padding: 0 8px; min-height: 26px;
  color: $muted; font-size: 13px;
}
QToolButton[role="tab"]:hover { color: $text; background: $hover; }
QToolButton[role="tab"]:checked { color: $text; background: $raised; }
QToolButton[role="tab"]:focus { border-color: $text; }

QPushButton[role="quiet"], QToolButton[role="quiet"] {
  background: transparent; border: 2px solid transparent; padding: 0 6px; min-height: 28px;
  color: $muted;
}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {
  background: $hover; color: $text;
}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border-color: $text; }
QPushButton[role="fold"] {
  background: transparent; border: 2px solid transparent; padding: 0 6px 0 0; min-height: 28px;
  color: $muted; text-align: left;
}
QPushButton[role="fold"]:hover { color: $text; }
QPushButton[role="fold"]:focus { border-color: $text; }
QPushButton[role="link"] {
  background: transparent; border: 2px solid transparent; padding: 0 4px; min-height: 24px;
  color: $text; font-weight: 600;
}
QPushButton[role="link"]:hover { color: $accent; }
QPushButton[role="link"]:focus { border-color: $text; }
QPushButton[role="suggestion"] {
  background: $surface; border: 1px solid $line; border-radius: 17px; padding: 0 16px;
  min-height: 32px;
}
QPushButton[role="suggestion"]:hover { background: $hover; border-color: $edge; }
QPushButton[role="suggestion"]:focus { border: 2px solid $text; padding: 0 15px; min-height: 30px; }

QToolButton[role="room"] {
  background: transparent; border: 2px solid transparent; border-radius: 12px; padding: 6px 0;
  font-size: 11px; color: $muted; min-height: 44px; min-width: 56px;
}
QToolButton[role="room"]:hover { background: $hover; color: $text; }
QToolButton[role="room"]:checked { background: $chosen; color: $text; }
QToolButton[role="room"]:focus { border-color: $text; }

QPlainTextEdit, QLineEdit {
  background: $raised; border: 1px solid $line; border-radius: 12px; padding: 8px 12px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit { border-radius: 8px; padding: 0 11px; min-height: 34px; }
QLineEdit > QToolButton { background: transparent; border: none; padding: 0; min-height: 0; }
QLineEdit[role="title"] {
  background: transparent; border-color: transparent; font-size: 16px; font-weight: 600;
  padding: 0 5px; margin-left: -6px;
}
QLineEdit[role="title"]:hover { border-color: $line; }
QLineEdit[role="title"]:focus { background: $raised; border: 2px solid $accent; padding: 0 4px; }
QPlainTextEdit[role="prompt"] { font-size: 16px; }
QPlainTextEdit:hover, QLineEdit:hover { border-color: $edge; }
QPlainTextEdit:focus, QLineEdit:focus { border: 2px solid $accent; }
QPlainTextEdit:focus { padding: 7px 11px; }
QLineEdit:focus { padding: 0 10px; min-height: 32px; }
QPlainTextEdit[report="true"] { font-family: monospace; font-size: 12px; }

QSpinBox, QDoubleSpinBox {
  background: $raised; border: 1px solid $line; border-radius: 8px; padding: 0 12px;
  min-height: 34px; selection-background-color: $accent; selection-color: $on_accent;
}
QSpinBox:focus, QDoubleSpinBox:focus {
  border: 2px solid $accent; padding: 0 11px; min-height: 32px;
}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }

QComboBox {
  background: $raised; border: 1px solid $line; border-radius: 8px; padding: 0 12px;
  min-height: 34px;
}
QComboBox:hover { background: $hover; }
QComboBox:focus { border: 2px solid $text; padding: 0 11px; min-height: 32px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: none; width: 0; }
QComboBox QAbstractItemView {
  background: $raised; border: 1px solid $line; padding: 4px; outline: none;
  selection-background-color: $hover; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 30px; padding: 0 8px; }

QMenu { background: $raised; border: 1px solid $line; border-radius: 8px; padding: 6px; }
QMenu::item { padding: 7px 24px 7px 10px; border-radius: 6px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
QMenu::icon { padding-left: 8px; }

QScrollArea { background: transparent; border: none; }
QWidget[role="scrolled"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar::handle:vertical {
  background: $line; min-height: 32px; border-radius: 3px; margin: 3px;
}
QScrollBar::handle:hover { background: $edge; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle:horizontal {
  background: $line; min-width: 32px; border-radius: 3px; margin: 3px;
}
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
  background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QListView { background: transparent; border: none; outline: none; }
QDialog { background: $surface; }
""")


def stylesheet(tokens: Tokens) -> str:
    """The style sheet in these colours."""
    return SHEET.substitute(asdict(tokens))
