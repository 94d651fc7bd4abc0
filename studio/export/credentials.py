"""Content Credentials (C2PA 2): signing with a key made on this computer, and checking.

Needs c2pa-python, the library of the Content Authenticity Initiative (MIT or Apache-2.0), and the
cryptography library that it brings; both are optional. Nothing is asked for on the network.

A key that was made here proves that a file was not changed since and came from this computer. It
does not prove whose computer that is: nobody vouches for it, and other programs say so.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from studio import __version__
from studio.errors import StudioError
from studio.export import signing_key, words
from studio.library.problems import in_words
from studio.library.xmp import MACHINE_MADE
from studio.paths import data_dir

KINDS = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}
_SUFFIXES = {f".{name}": kind for name, kind in KINDS.items()} | {
    ".jpg": "image/jpeg",
    ".tif": "image/tiff",
    ".mp4": "video/mp4",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
}
_YEARS = 10
_OFFLINE = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}

State = Literal["none", "ours", "trusted", "valid", "changed", "unreadable"]


@dataclass(frozen=True)
class Credentials:
    """What a file's Content Credentials say.

    state: "none"; "ours" was signed on this computer; "trusted" by somebody whom the library's
    list vouches for; "valid" by somebody nobody vouches for; all three are unchanged since then.
    "changed" is not as it was signed; "unreadable" cannot be read.
    signer, tool, title: as the file says. machine_made: whether it says so. signed: when.
    problems: what is wrong, in the specification's words.
    """

    state: State
    signer: str = ""
    tool: str = ""
    title: str = ""
    signed: str = ""
    machine_made: bool = False
    actions: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """One plain sentence."""
        by = f" by “{self.signer}”" if self.signer else ""
        return {
            "none": "This file carries no Content Credentials.",
            "ours": "Signed on this computer, and not changed since.",
            "trusted": f"Signed{by}, who is known, and not changed since.",
            "valid": f"Signed{by} and not changed since; nobody vouches for who that is.",
            "changed": f"Signed{by}, but changed after that.",
            "unreadable": "This file's Content Credentials are damaged.",
        }[self.state]


def available() -> bool:
    """Whether the libraries for signing and checking are installed."""
    try:
        import c2pa  # noqa: F401
        import cryptography  # noqa: F401
    except (ImportError, OSError, RuntimeError):  # the last two from a library that cannot load
        return False
    return True


class Signer:
    """Signs with this computer's key. chain: its certificates, PEM; key: PEM."""

    def __init__(self, chain: bytes, key: bytes) -> None:
        self._chain = chain
        self._key = key

    @classmethod
    def here(cls, folder: Path | None = None) -> Signer:
        """The signer with this computer's key, which is made the first time, in `folder`.

        StudioError where the libraries are missing, or the key cannot be kept.
        """
        _need()
        kept = signing_key.kept_in(folder or _folder())
        return cls(*kept)

    def signed(self, data: bytes, kind: str, said: words.Said) -> bytes:
        """The file with credentials: made by a model, with which tool, under which title.

        kind: one of `KINDS`. said: of a work that a machine made. StudioError where the library
        refuses.
        """
        import c2pa

        info = c2pa.C2paSignerInfo(
            alg=b"es256", sign_cert=self._chain, private_key=self._key, ta_url=None
        )
        target = io.BytesIO()
        try:
            with (
                c2pa.Signer.from_info(info) as signer,
                c2pa.Context.from_dict(_OFFLINE) as context,
                c2pa.Builder.from_json(json.dumps(_manifest(said)), context=context) as builder,
            ):
                builder.sign(signer, KINDS[kind], io.BytesIO(data), target)
        except c2pa.C2paError as error:
            raise StudioError(
                "This file could not be signed with Content Credentials.",
                f"Export it without them. The library says: {error}",
            ) from error
        return target.getvalue()


def look(path: Path, folder: Path | None = None) -> Credentials:
    """What a file's credentials say, and whether that still holds. Never raises for what is in it.

    folder: where this computer's key is. StudioError where the library is missing or the file
    cannot be read.
    """
    _need()
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        return Credentials("none")
    ours = signing_key.roots_in(folder or _folder())
    plain = _read(path, kind, {})
    if not isinstance(plain, dict):
        none = plain.partition(":")[0] in ("ManifestNotFound", "NotSupported")
        state: State = "none" if none else "unreadable"
        return Credentials(state, problems=() if none else (plain,))
    known = _read(path, kind, {"trust": {"user_anchors": ours}}) if ours else plain
    is_ours = isinstance(known, dict) and known.get("validation_state") == "Trusted"
    return _told(plain, is_ours=is_ours and plain.get("validation_state") != "Trusted")


def _read(path: Path, kind: str, more: Mapping[str, Any]) -> dict[str, Any] | str:
    """The report of the library, or what it stumbled over."""
    import c2pa

    try:
        with (
            path.open("rb") as file,
            c2pa.Context.from_dict({**_OFFLINE, **more}) as context,
            c2pa.Reader(kind, file, context=context) as reader,
        ):
            report = json.loads(reader.json())
            return report if isinstance(report, dict) else "no report"
    except c2pa.C2paError as error:
        return str(error)  # begins with the name of what is wrong, and a colon
    except OSError as error:
        raise in_words(error, path.parent, "read this file") from error
    except ValueError as error:
        return str(error)


def _told(report: Mapping[str, Any], *, is_ours: bool) -> Credentials:
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    signature = manifest.get("signature_info", {})
    tools = manifest.get("claim_generator_info") or [{}]
    actions = [
        action
        for assertion in manifest.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    ]
    problems = tuple(
        str(status.get("explanation") or status.get("code"))
        for status in report.get("validation_status") or ()
        if status.get("code") != "signingCredential.untrusted"
    )
    states: dict[str, State] = {"Valid": "valid", "Trusted": "trusted"}
    state: State = states.get(str(report.get("validation_state")), "changed")
    return Credentials(
        "ours" if is_ours and state == "valid" else state,
        signer=str(signature.get("common_name") or signature.get("issuer") or ""),
        tool=" ".join(str(tools[0].get(key, "")) for key in ("name", "version")).strip(),
        title=str(manifest.get("title", "")),
        signed=str(signature.get("time", "")),
        machine_made=any(action.get("digitalSourceType") == MACHINE_MADE for action in actions),
        actions=tuple(str(action.get("action", "")) for action in actions),
        problems=problems,
    )


def _manifest(said: words.Said) -> dict[str, Any]:
    made: dict[str, Any] = {
        "action": "c2pa.created",
        "digitalSourceType": MACHINE_MADE,
        "softwareAgent": {"name": said.facts.model or "Easel"},
    }
    manifest: dict[str, Any] = {
        "claim_generator_info": [{"name": "Easel", "version": __version__}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [made]}}],
    }
    if said.title:
        manifest["title"] = said.title
    return manifest


def _folder() -> Path:
    return data_dir() / "credentials"


def _need() -> None:
    if not available():
        raise StudioError(
            "The part that signs and checks Content Credentials is not installed.",
            "Install it with “pip install c2pa-python”.",
        )
