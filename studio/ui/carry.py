"""Pictures from outside as they are dropped and pasted: files, pixels, and what a browser gives."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage, QImageWriter

DATA_URL = re.compile(r"data:image/[\w.+-]+((?:;[\w=.-]+)*),([^\"'\s>]+)", re.IGNORECASE)
MOST = 64 * 2**20  # characters of a web page's snippet that are looked through


def picture_in(data: QMimeData) -> Path | QImage | None:
    """A picture from outside: a file, or pixels. A browser may give these as a data URL."""
    for url in data.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    image = data.imageData() if data.hasImage() else None
    if isinstance(image, QImage) and not image.isNull():
        return image
    for text in (data.text(), data.html()):
        image = _in_data_url(text[:MOST])
        if image is not None:
            return image
    return None


def is_link(data: QMimeData) -> bool:
    """Whether there is but the address of a picture somewhere in the network, where we never go."""
    return any(url.scheme() in ("http", "https") for url in data.urls())


def png(image: QImage) -> bytes:
    """Pixels as a PNG, for those who take bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _in_data_url(text: str) -> QImage | None:
    found = DATA_URL.search(text)
    if found is None:
        return None
    data = unquote_to_bytes(found[2])
    if ";base64" in found[1].lower():
        try:
            data = base64.b64decode(data)
        except binascii.Error:
            return None
    image = QImage.fromData(data)
    return None if image.isNull() else image
