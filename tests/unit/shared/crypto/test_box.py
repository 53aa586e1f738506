"""The sealing is the HPKE of RFC 9180 and nothing of our own: what opens its published vector opens ours."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from shared.crypto.aead import SealBroken
from shared.crypto.box import KEY_BYTES, OVERHEAD, BoxKey, seal_to

# RFC 9180, appendix A.2.1: base mode of this suite, first message.
RFC_PRIVATE_KEY = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"
RFC_ENC = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
RFC_INFO = "4f6465206f6e2061204772656369616e2055726e"
RFC_AAD = "436f756e742d30"
RFC_PLAINTEXT = "4265617574792069732074727574682c20747275746820626561757479"
RFC_CIPHERTEXT = (
    "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
)  # fmt: skip

KEM_SUITE = b"KEM" + (0x0020).to_bytes(2, "big")
HPKE_SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x0020, 0x0001, 0x0003))


def extract(salt: bytes, suite: bytes, label: bytes, key: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + key, sha256)


def expand(key: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    # No more than one block of SHA-256 is asked for here.
    return hmac.digest(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info + b"\x01", sha256)[:length]


def plainly_opened(private_key: bytes, sealed: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """Open a message as sections 4.1 and 5.1 of RFC 9180 say, step by step."""
    enc, ciphertext = sealed[:32], sealed[32:]
    key = X25519PrivateKey.from_private_bytes(private_key)
    shared = key.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + key.public_key().public_bytes_raw()
    secret = expand(extract(b"", KEM_SUITE, b"eae_prk", shared), KEM_SUITE, b"shared_secret", context, 32)
    schedule = b"\x00" + extract(b"", HPKE_SUITE, b"psk_id_hash", b"") + extract(b"", HPKE_SUITE, b"info_hash", info)
    main = extract(secret, HPKE_SUITE, b"secret", b"")
    nonce = expand(main, HPKE_SUITE, b"base_nonce", schedule, 12)
    return ChaCha20Poly1305(expand(main, HPKE_SUITE, b"key", schedule, 32)).decrypt(nonce, ciphertext, aad)


def test_the_plain_way_opens_the_published_vector() -> None:
    sealed = bytes.fromhex(RFC_ENC + RFC_CIPHERTEXT)

    opened = plainly_opened(bytes.fromhex(RFC_PRIVATE_KEY), sealed, bytes.fromhex(RFC_INFO), bytes.fromhex(RFC_AAD))

    assert opened.hex() == RFC_PLAINTEXT


def test_the_plain_way_opens_what_we_seal() -> None:
    key = BoxKey.generate()

    assert plainly_opened(key.private_bytes, seal_to(key.public_bytes, b"words", b"purpose"), b"purpose") == b"words"


def test_what_is_sealed_is_as_much_longer_as_is_said_and_opens_only_with_the_same_info() -> None:
    key = BoxKey.generate()
    sealed = seal_to(key.public_bytes, b"words", b"purpose")

    assert len(sealed) == len(b"words") + OVERHEAD
    assert key.open(sealed, b"purpose") == b"words"
    assert BoxKey(key.private_bytes).open(sealed, b"purpose") == b"words"
    assert len(key.private_bytes) == len(key.public_bytes) == KEY_BYTES
    for wrong in (sealed[:-1], sealed[1:], b"", bytes(OVERHEAD)):
        with pytest.raises(SealBroken):
            key.open(wrong, b"purpose")
    with pytest.raises(SealBroken):
        key.open(sealed, b"another purpose")
