"""Common screens, for wallpapers: pixels wide and high."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Screen:
    """A kind of screen. width, height: in pixels."""

    name: str
    width: int
    height: int


SCREENS = {
    "full-hd": Screen("Full HD, 1920 × 1080", 1920, 1080),
    "laptop": Screen("Laptop, 1920 × 1200", 1920, 1200),
    "qhd": Screen("QHD, 2560 × 1440", 2560, 1440),
    "wqxga": Screen("Laptop, fine, 2560 × 1600", 2560, 1600),
    "macbook": Screen("MacBook Pro 14, 3024 × 1964", 3024, 1964),
    "ultrawide": Screen("Ultrawide, 3440 × 1440", 3440, 1440),
    "4k": Screen("4K, 3840 × 2160", 3840, 2160),
    "5k": Screen("5K, 5120 × 2880", 5120, 2880),
    "phone": Screen("Phone, 1080 × 2400", 1080, 2400),
    "iphone": Screen("iPhone, 1179 × 2556", 1179, 2556),
    "iphone-large": Screen("iPhone, large, 1290 × 2796", 1290, 2796),
    "tablet": Screen("Tablet, 1640 × 2360", 1640, 2360),
    "ipad-pro": Screen("iPad Pro 13, 2064 × 2752", 2064, 2752),
}
