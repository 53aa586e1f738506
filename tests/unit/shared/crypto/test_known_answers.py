"""The primitives give the published answers, so another implementation can read what this one writes."""

from __future__ import annotations

import pytest

from shared.crypto import aead, key_derivation, signing
from shared.crypto.key_derivation import KdfParameters

# AES-256 test cases 13, 14 and 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", for SP 800-38D.
GCM = [
    ("00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
    (
        "feffe9928665731c6d6a8f9467308308" * 2,
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
        "b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ),
]


@pytest.mark.parametrize(("key", "nonce", "plaintext", "associated_data", "expected"), GCM)
def test_aes_256_gcm_gives_the_published_answers(key, nonce, plaintext, associated_data, expected):
    sealed = aead._encrypt(*(bytes.fromhex(value) for value in (key, nonce, plaintext, associated_data)))

    assert sealed.hex() == expected


def test_argon2id_gives_the_answer_of_rfc_9106_section_5_3():
    tag = key_derivation._argon2id(
        b"\x01" * 32,
        b"\x02" * 16,
        KdfParameters(memory_kib=32, iterations=3, lanes=4),
        secret=b"\x03" * 8,
        ad=b"\x04" * 12,
    )

    assert tag.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


# RFC 5869, appendix A.1 and A.3.
HKDF = [
    (
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    ("", "", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
]


@pytest.mark.parametrize(("salt", "info", "expected"), HKDF)
def test_hkdf_gives_the_answers_of_rfc_5869(salt, info, expected):
    okm = key_derivation._hkdf(b"\x0b" * 22, bytes.fromhex(salt), bytes.fromhex(info), 42)

    assert okm.hex() == expected


# RFC 8032, section 7.1, tests 1 and 2.
ED25519 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.mark.parametrize(("private", "public", "message", "signature"), ED25519)
def test_ed25519_gives_the_answers_of_rfc_8032(private, public, message, signature):
    key = signing.SigningKey(bytes.fromhex(private))

    assert key.public_bytes.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert signing.verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
