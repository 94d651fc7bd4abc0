"""What the export dialog offers, in words."""

from __future__ import annotations

SAYS = {
    "png": "Without loss, keeps transparency.",
    "jpeg": "Small, for every program. Has no transparency.",
    "webp": "Small, keeps transparency. For web pages and messengers.",
    "tiff": "Without loss, for programs of printers and photographers.",
    "avif": "The smallest, keeps transparency. For new programs.",
    "pdf": "A page in its real size, with room to cut.",
    "svg": "Lines and areas that stay sharp at any size. For flat drawings.",
    "contact-sheet": "All at a glance, with a line below each.",
    "stickers": "For messengers: 512 pixels, cut out, with an outline.",
    "icons": "For Windows, macOS and web pages, in all sizes they ask for.",
    "wallpapers": "Cut to screens, with what matters in sight.",
}
SIZES = (
    ("as-is", "As it is"),
    ("longest", "By its longest side"),
    ("fit", "Within width and height"),
    ("pad", "Exactly, with background around it"),
    ("crop", "Exactly, with edges cut off"),
)
FILTERS = (
    ("lanczos", "Sharp, best for most pictures"),
    ("bicubic", "A little softer"),
    ("bilinear", "Soft"),
    ("box", "Even, for making much smaller"),
    ("nearest", "Hard-edged, for pixel art"),
)
PROFILES = (
    ("srgb", "For all screens (sRGB)"),
    ("display-p3", "Richer, for newer screens (Display P3)"),
    ("keep", "As they are in the work"),
)
CUTS = (
    (None, "Keep what stands out"),
    ("0.5 0.5", "Keep the middle"),
    ("0.5 0", "Keep the top"),
    ("0.5 1", "Keep the bottom"),
    ("0 0.5", "Keep the left"),
    ("1 0.5", "Keep the right"),
)
OWN = "own"  # in a list: something else, written beside it
PAPERS = (
    ("0x0", "As large as the picture is"),
    ("105x74", "A7, 10.5 × 7.4 cm"),
    ("148x105", "A6, postcard, 14.8 × 10.5 cm"),
    ("105x148", "A6, upright, 10.5 × 14.8 cm"),
    ("152x102", "Photograph, 15.2 × 10.2 cm"),
    ("210x148", "A5, 21 × 14.8 cm"),
    ("297x210", "A4, across, 29.7 × 21 cm"),
    ("210x297", "A4, upright, 21 × 29.7 cm"),
    ("297x420", "A3, upright, 29.7 × 42 cm"),
    ("420x594", "A2, upright, 42 × 59.4 cm"),
    (OWN, "Another size"),
)
SHEETS = (
    ("210x297", "A4, upright"),
    ("297x210", "A4, across"),
    ("297x420", "A3, upright"),
    ("420x297", "A3, across"),
    ("216x279", "Letter, upright"),
    (OWN, "Another size"),
)
PAGES = (("pdf", "One PDF"), ("png", "PNG pictures"), ("jpeg", "JPEG pictures"))
WALLS = (("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WebP"), ("avif", "AVIF"))
SOUNDS = (
    ("as-is", "As they are (FLAC)"),
    ("mp3", "MP3, played by everything"),
    ("wav", "WAV, for other programs"),
    ("flac", "FLAC, without loss"),
    ("ogg", "OGG, the smallest"),
)
NAMES = (
    ("{title}", "Its title"),
    ("{date} {title}", "Date and title"),
    ("{number} {title}", "Number and title"),
    ("{title} {number}", "Title and number"),
    ("{title} {width}x{height}", "Title and size"),
    (OWN, "Something else"),
)
CAPTIONS = (
    ("{title}", "Its title"),
    ("{number}", "Its number"),
    ("{number} {title}", "Number and title"),
    ("{date}", "The day it was made"),
    ("{title}, {date}", "Title and day"),
    ("", "Nothing"),
    (OWN, "Something else"),
)
COLOURS = ((None, "Keep transparency"), ("#ffffff", "White"), ("#000000", "Black"))
OUTLINES = (("#ffffff", "White"), ("#000000", "Black"))
USUAL_SCREENS = ("full-hd", "4k", "laptop", "phone", "iphone")
WORDS = (
    ("title", "Title", 400),
    ("author", "Who made it", 200),
    ("copyright", "Copyright, such as “© 2026 Ada Lovelace”", 400),
    ("licence", "What others may do with it", 1000),
    ("alt", "What is to be seen, for people who cannot see it", 2000),
)
