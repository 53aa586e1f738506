"""One version of the book as one signed file: what a server publishes and a tablet takes in.

    "handwise-knowledge-1\\n" │ public key 32 B │ signature 64 B │ zstd frame of canonical JSON
                              └ over the first line and the JSON ┘
    JSON   {"version": "1.2", "files": {"knowledge.yaml": "...", ...}, "translations": {"fr": {"English": "French"}}}

Whoever answers for the knowledge keeps the private key in a file away from any server. A server notes the public key,
a tablet keeps the first one that it is given: then neither a thief of the server nor whoever sits on the line can
make a tablet reason otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath

from shared.canonical import canonical_json, read_json
from shared.crypto import signing
from shared.crypto.signing import SigningKey
from shared.errors import HandwiseError, InvalidInput
from shared.knowledge.loader import FOLDERS, VERSION
from shared.sentence import phrase

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_BYTES = 1024 * 1024
"""A signed file may have so many bytes; the book of 1.1 has 106,000."""
MAX_UNPACKED = 8 * 1024 * 1024
_MAGIC = b"handwise-knowledge-1\n"
_HEAD = len(_MAGIC) + signing.PUBLIC_KEY_BYTES + signing.SIGNATURE_BYTES
LANGUAGES = ("ar", "es", "fr", "ko")
_LEVEL = 19
_BROKEN = phrase("The release was changed or cut off after it was signed. Fetch it again.")


class NoRelease(HandwiseError):
    """The file is no release that can be used here; one sentence says why. Nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the book with its files, and the words of other languages that came with it."""

    version: str
    files: Mapping[str, str] = field(repr=False)
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    public_key: bytes = b""

    @property
    def order(self) -> tuple[int, ...]:
        return version_order(self.version)


def version_order(version: str) -> tuple[int, ...]:
    """Return what orders versions: 1.9 before 1.10. Anything that is no version comes before all."""
    return tuple(int(part) for part in version.split(".")) if VERSION.fullmatch(version) else ()


def release_of(folder: Path, translations: Mapping[str, Mapping[str, str]] | None = None) -> Release:
    """Return the folder of a version as a release. It is not checked here: `load_knowledge` does that.

    Raises:
        NoRelease: the folder is not there, or not called by a version.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))
    if not names or not VERSION.fullmatch(folder.name):
        raise NoRelease("This is not the folder of a knowledge version. Name one such as assets/knowledge/1.1.")
    files = {name: (folder / name).read_text("utf-8") for name in names}
    return Release(folder.name, files, translations or {})


def write_release(release: Release, key: SigningKey) -> bytes:
    """Return the signed file of a release."""
    body = {"version": release.version, "files": dict(release.files), "translations": dict(release.translations)}
    text = canonical_json(body)
    return _MAGIC + key.public_bytes + key.sign(_MAGIC + text) + zstd.compress(text, level=_LEVEL)


def read_release(raw: bytes, trusted: bytes | None = None) -> Release:
    """Return what a signed file holds; `trusted` is the public key that must have signed it, None for any.

    Raises:
        NoRelease: cut off, changed, signed by somebody else, or too large.
    """
    if len(raw) > MAX_BYTES:
        raise NoRelease("The file is larger than 1 MiB. That is no knowledge release.")
    key, signature, frame = raw[len(_MAGIC) : _HEAD - 64], raw[_HEAD - 64 : _HEAD], raw[_HEAD:]
    if not raw.startswith(_MAGIC) or len(raw) <= _HEAD:
        raise NoRelease("The file is no knowledge release. Make one with: handwise knowledge release.")
    if trusted is not None and key != trusted:
        raise NoRelease("The release is signed with another key than the one that is trusted here.")
    text = _unpacked(frame)
    if not signing.verify(key, _MAGIC + text, signature):
        raise NoRelease(_BROKEN)
    return _read_body(text, key)


def digest_of(raw: bytes) -> str:
    """Return what a signed file is called: its SHA-256 as 64 hexadecimal digits."""
    return sha256(raw).hexdigest()


def lay_out(release: Release, folder: Path) -> None:
    """Write the files of a release into a new folder, from which `load_knowledge` reads them."""
    for name, text in release.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _unpacked(frame: bytes) -> bytes:
    try:
        reader = zstd.ZstdDecompressor()
        found = reader.decompress(frame, MAX_UNPACKED)
    except zstd.ZstdError:
        raise NoRelease(_BROKEN) from None
    if not reader.eof and len(found) == MAX_UNPACKED:
        raise NoRelease("The release unpacks to more than 8 MiB. That is no knowledge release.")
    if not reader.eof or reader.unused_data:
        raise NoRelease(_BROKEN)
    return found


def _read_body(raw: bytes, key: bytes) -> Release:
    try:
        body = read_json(raw, max_bytes=MAX_UNPACKED)
    except InvalidInput:
        body = None
    if not isinstance(body, dict) or body.keys() != {"version", "files", "translations"}:
        raise NoRelease("The release does not hold what a release holds.")
    version, files, translations = body["version"], body["files"], body["translations"]
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        raise NoRelease("The release has no version such as 1.2.")
    if not _is_texts(files) or not all(map(_may_be_written, files)):
        raise NoRelease("The release names files that do not belong to a knowledge folder.")
    if not isinstance(translations, dict) or not all(
        code in LANGUAGES and _is_texts(words) for code, words in translations.items()
    ):
        raise NoRelease("The release brings words of a language that is not known here.")
    return Release(version, files, translations, key)


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _may_be_written(name: str) -> bool:
    # It becomes a path on the receiver's disk: two plain parts at most, and never one that leads elsewhere.
    parts = PurePosixPath(name).parts
    is_plain = all(part.removesuffix(".yaml").replace("_", "").isalnum() and part.isascii() for part in parts)
    is_here = len(parts) == 1 or (len(parts) == 2 and parts[0] in FOLDERS)
    return is_plain and is_here and name.endswith(".yaml") and "/".join(parts) == name
