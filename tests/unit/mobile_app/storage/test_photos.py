"""Photos are kept small, without metadata, in the encrypted file, and nowhere else."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from mobile_app.storage import photos as photos_module
from mobile_app.storage.picture import LARGEST_FILE, LONGEST_SIDE, MOST_BYTES, kept_picture
from shared.case.entry import EntryKind
from shared.errors import PictureRefused
from tests.tablet_world import CASE

PLACE_SECRET = b"GPS-SECRET-PLACE"


def a_picture(width: int = 640, height: int = 480, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """Return a picture of noise, which is hard to make small, with a place and a comment beside the pixels."""
    picture = Image.effect_noise((width, height), 80).convert(mode)
    exif = Image.Exif()
    exif[0x010E] = PLACE_SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    picture.save(target, kind, exif=exif)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_kept_photo_is_a_small_jpeg_without_anything_but_its_pixels(kind):
    data = a_picture(2600, 1700, kind)
    assert PLACE_SECRET in data

    kept = kept_picture(data)

    with Image.open(io.BytesIO(kept.image)) as image:
        assert (image.format, max(image.size)) == ("JPEG", max(kept.width, kept.height))
        assert max(image.size) <= LONGEST_SIDE
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert len(kept.image) <= MOST_BYTES
    assert PLACE_SECRET not in kept.image + kept.thumbnail


def test_a_photo_that_was_taken_lying_down_stands_upright():
    picture = Image.new("RGB", (60, 40), "white")
    exif = Image.Exif()
    exif[0x0112] = 6
    target = io.BytesIO()
    picture.save(target, "JPEG", exif=exif)

    kept = kept_picture(target.getvalue())

    assert (kept.width, kept.height) == (40, 60)


def test_what_was_transparent_is_white():
    target = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")

    with Image.open(io.BytesIO(kept_picture(target.getvalue()).image)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def a_bomb() -> bytes:
    """Return a PNG of 120 kB that would unfold to 30,000 x 30,000 points."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    size = (30_000).to_bytes(4, "big")
    head = chunk(b"IHDR", size + size + bytes([8, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(10_000_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"GIF89a" + bytes(50),
        a_picture()[:900],
        a_bomb(),
        bytes(LARGEST_FILE + 1),
        b"\xff\xd8\xff",
    ],
    ids=["empty", "text", "gif", "cut", "bomb", "huge", "header"],
)
def test_what_is_no_usable_picture_is_refused_in_one_sentence_and_nothing_is_kept(store, data):
    with pytest.raises(PictureRefused) as refused:
        store.photos.add(CASE, data, 0)

    assert str(refused.value).startswith("This ")
    assert str(refused.value).count(". ") == 1
    assert store.photos.of_case(CASE) == ()


def test_photos_stand_with_their_case_day_and_author_the_newest_first(store):
    first = store.photos.add(CASE, a_picture(), 0)
    second = store.photos.add(CASE, a_picture(), 7)
    store.photos.add(store.new_case_id(), a_picture(), None)

    assert store.photos.of_case(CASE) == (second, first)
    assert (second.visit_day, second.author) == (7, "Ana Sample")
    with Image.open(io.BytesIO(store.photos.thumbnail(first.photo_id))) as small:
        assert max(small.size) == 240


def test_a_photo_is_never_readable_on_the_disk_and_is_in_nothing_that_is_sent(tablet, store):
    store.record(CASE, EntryKind.ASSESSMENT, {"fever_ge_38": True})
    photo = store.photos.add(CASE, a_picture(), 0)
    image = store.photos.image(photo.photo_id)
    request = store.outbox.next_request(max_bytes=100_000, app_version="0", knowledge_version="1.0")

    (batch,) = request.batches
    assert dict(batch.entries[0].answers).keys() <= {"fever_ge_38", "presentation_month"}
    for data in tablet.bytes_on_disk().values():
        assert image[200:260] not in data
        assert photo.photo_id.encode() not in data
        assert b"JFIF" not in data


def test_keeping_a_photo_makes_no_file_of_its_own(tablet, store, monkeypatch):
    before = set(tablet.bytes_on_disk())
    monkeypatch.setattr("tempfile.mkstemp", lambda *_, **__: pytest.fail("a temporary file was made"))
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *_, **__: pytest.fail("a temporary file was made"))

    store.photos.add(CASE, a_picture(3000, 2000), 0)

    assert set(tablet.bytes_on_disk()) == before


def test_a_deleted_photo_is_overwritten_in_the_file(store):
    photo = store.photos.add(CASE, a_picture(), 0)

    store.photos.delete(photo.photo_id)
    store.photos.delete(photo.photo_id)

    assert store.photos.of_case(CASE) == ()
    assert (store.photos.image(photo.photo_id), store.photos.thumbnail(photo.photo_id)) == (b"", b"")
    with store.database.reading() as session:
        assert session.connection().exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1


def test_a_photo_that_came_before_is_there_after_the_next_start(tablet, store):
    photo = store.photos.add(CASE, a_picture(), 0)
    image = store.photos.image(photo.photo_id)
    store.close()
    again = tablet.open()

    assert again.photos.image(photo.photo_id) == image
    again.close()


def test_nothing_of_the_store_knows_how_to_send_a_photo():
    assert not {name for name in vars(photos_module.EncryptedPhotoStore) if "send" in name}
