"""Whose drawings the built-in picture model learnt from."""

from __future__ import annotations

#: name, licence, where it comes from; shown in the window's credits and in the model card
CREDITS: tuple[dict[str, str], ...] = (
    {"name": "Fluent Emoji (Microsoft)", "licence": "MIT",
     "url": "https://github.com/microsoft/fluentui-emoji"},
    {"name": "Noto Emoji (Google)", "licence": "Apache-2.0",
     "url": "https://github.com/googlefonts/noto-emoji"},
    {"name": "Twemoji (Twitter and contributors)", "licence": "CC-BY-4.0",
     "url": "https://github.com/jdecked/twemoji"},
    {"name": "EmojiOne 2 (EmojiOne)", "licence": "CC-BY-4.0",
     "url": "https://github.com/joypixels/emojione"},
    {"name": "FxEmojis (Mozilla)", "licence": "CC-BY-4.0",
     "url": "https://github.com/mozilla/fxemoji"},
    {"name": "Streamline free sets (Streamline)", "licence": "CC-BY-4.0",
     "url": "https://github.com/webalys-hq/streamline-vectors"},
    {"name": "Game-icons.net (Lorc, Delapouite and contributors)", "licence": "CC-BY-3.0",
     "url": "https://game-icons.net"},
    {"name": "Dungeon Crawl Stone Soup tiles", "licence": "CC0-1.0",
     "url": "https://github.com/crawl/tiles"},
    {"name": "Flat Color Icons (Icons8)", "licence": "MIT",
     "url": "https://github.com/icons8/flat-color-icons"},
    {"name": "Glyphs Poly (Goran Spasojevic)", "licence": "MIT",
     "url": "https://github.com/gorango/glyphs"},
    {"name": "Meteocons (Bas Milius)", "licence": "MIT",
     "url": "https://github.com/basmilius/weather-icons"},
    {"name": "Openclipart", "licence": "Public domain", "url": "https://openclipart.org"},
    {"name": "all-MiniLM-L6-v2 (sentence-transformers; the text encoder)", "licence": "Apache-2.0",
     "url": "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2"},
)  # fmt: skip
