"""Words to find artworks by: which there are, and how a search is put to SQLite's FTS5.

https://www.sqlite.org/fts5.html. Its tokenizer `unicode61` parts words at spaces and signs, which
scripts written without spaces, and emoji, do not have. Each of their letters is made a word of its
own here, on both sides, so that any part of such a text is found.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

#: Of a recipe's own values, those that hold the artist's words.
_SPOKEN = ("title", "prompt", "style", "lyrics", "mood", "text")
_LONGEST = 10_000  # characters of a text that are searched
_MOST_WORDS = 20  # of a search
_ALONE = re.compile(
    "(["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u2600-\u27bf"  # signs that are drawn
    "\u3040-\u30ff"  # Japanese syllables
    "\u3400-\u9fff\uf900-\ufaff"  # Chinese characters
    "\U0001f000-\U0001faff"  # emoji
    "\U00020000-\U0003ffff"  # rare Chinese characters
    "])"
)
# What unicode61 shall take for a part of a word: letters, their marks, digits, emoji.
TOKENIZER = "unicode61 remove_diacritics 2 categories ''L* M* N* Co So''"


def searchable(text: str) -> str:
    """A text as it is kept for searching."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("\0", " ")
    return _ALONE.sub(r" \1 ", plain).encode("utf-8", "replace").decode()


def spoken(recipe: str, *more: str) -> str:
    """The artist's own words in a recipe's JSON, and `more`, as they are kept for searching."""
    values = _values(recipe)
    found = [values[name] for name in _SPOKEN if isinstance(values.get(name), str)]
    return searchable("\n".join([*found, *more]))


def as_match(search: str) -> str:
    """What the artist typed, as an FTS5 expression; "" where no word is in it.

    Each word may be the beginning of one, and all have to be there; what stands in "quotes" has
    to be there as it stands.
    """
    phrases = []
    for number, part in enumerate(search.replace("“", '"').replace("”", '"').split('"')):
        exact = number % 2 == 1
        for piece in [part] if exact else part.split():
            words = searchable(piece).split()
            if any(_counts(letter) for word in words for letter in word):
                quoted = " ".join(words).replace('"', " ")
                phrases.append(f'"{quoted}"' if exact else f'"{quoted}"*')
    return " AND ".join(phrases[:_MOST_WORDS])


def _counts(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LMN" or category in ("Co", "So")


def _values(recipe: str) -> dict[str, Any]:
    try:
        values = json.loads(recipe) if recipe else {}
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
