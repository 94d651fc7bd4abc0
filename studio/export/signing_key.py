"""The key with which this computer signs, and its certificates, in one folder.

Certificates are as C2PA 2 asks for them (section 14.5.1): a signing certificate may not vouch for
itself, so a root is made as well, whose key is thrown away at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from studio.library.files import write_atomically
from studio.library.problems import in_words

_YEARS = 10
_SOON = timedelta(days=30)
_NAME, _ROOT = "Easel on this computer", "Easel, made on this computer"
_KEY_BEGINS = b"-----BEGIN PRIVATE KEY-----"
_CERTIFICATE_BEGINS = b"-----BEGIN CERTIFICATE-----"
_KEY_FILE, _ROOTS_FILE = "key.pem", "roots.pem"


def kept_in(folder: Path) -> tuple[bytes, bytes]:
    """Certificates and key, PEM. Made the first time, when they run out, and when damaged.

    The folder is made for this user alone. StudioError where the key cannot be kept.
    """
    try:
        file = folder / _KEY_FILE
        kept = _parts(file.read_bytes()) if file.is_file() else None
        if kept is None or _is_old(kept[0]):
            kept = _new()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Roots stay, so that what older keys signed is still known.
            roots = roots_in(folder) + _root(kept[0]).decode("ascii")
            write_atomically(folder / _ROOTS_FILE, roots.encode("ascii"))
            # One file, so that a key is never without its certificates.
            write_atomically(file, kept[0] + kept[1])
    except OSError as error:
        raise in_words(error, folder, "keep the key for signing") from error
    return kept


def roots_in(folder: Path) -> str:
    """The certificates that vouch for this computer's keys, old ones too, PEM; "" for none."""
    try:
        return (folder / _ROOTS_FILE).read_text("ascii")
    except (OSError, ValueError):
        return ""


def _new() -> tuple[bytes, bytes]:
    """Certificates and key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    now = datetime.now(UTC)

    def certificate(name: str, public: Any, *, is_root: bool) -> Any:
        def named(common: str) -> Any:
            return x509.Name(
                [
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Easel"),
                    x509.NameAttribute(NameOID.COMMON_NAME, common),
                ]
            )

        usage = x509.KeyUsage(
            digital_signature=not is_root,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=is_root,
            crl_sign=is_root,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(_ROOT))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365 * _YEARS))
            .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        if not is_root:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
            builder = builder.add_extension(purpose, critical=False)
            builder = builder.add_extension(issuer, critical=False)
        made = builder.sign(root_key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)

    chain = certificate(_NAME, key.public_key(), is_root=False)
    chain += certificate(_ROOT, root_key.public_key(), is_root=True)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return chain, text


def _parts(data: bytes) -> tuple[bytes, bytes] | None:
    """Certificates and key as they were kept; None where the file is damaged."""
    chain, mark, key = data.partition(_KEY_BEGINS)
    return (chain, mark + key) if mark and chain.count(_CERTIFICATE_BEGINS) == 2 else None


def _root(chain: bytes) -> bytes:
    return _CERTIFICATE_BEGINS + chain.rpartition(_CERTIFICATE_BEGINS)[2]


def _is_old(chain: bytes) -> bool:
    """Whether the certificate has run out, or soon will, or cannot be read."""
    from cryptography import x509

    try:
        ends = x509.load_pem_x509_certificate(chain).not_valid_after_utc
    except ValueError:
        return True
    return ends < datetime.now(UTC) + _SOON
