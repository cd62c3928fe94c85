"""What a file is by its content, what of a picture is kept, and what is refused."""

from io import BytesIO

import pytest
from PIL import Image

from app.attachments import pictures
from app.attachments.kinds import ENDINGS, examine, name_of
from app.attachments.refused import FileRefused
from tests.app.attachments.samples import BAD, GOOD, picture


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_is_what_its_content_says(kind: str) -> None:
    content, media_type = GOOD[kind]
    checked = examine(content)

    assert checked.media_type == media_type
    assert media_type in ENDINGS
    assert (checked.thumbnail is not None) == media_type.startswith("image/")
    assert checked.thumbnail or checked.content == content


@pytest.mark.parametrize("kind", BAD)
def test_what_we_do_not_keep_is_refused(kind: str) -> None:
    content, code = BAD[kind]
    with pytest.raises(FileRefused) as refused:
        examine(content)

    assert refused.value.code == code


def test_a_photo_is_drawn_anew_upright_and_says_nothing_of_where_it_was_taken() -> None:
    taken = picture(turned=True)
    assert b"SECRETCAMERA" in taken
    checked = examine(taken + b"SECRETBEHIND")
    with Image.open(BytesIO(checked.content)) as kept, Image.open(BytesIO(checked.thumbnail or b"")) as small:
        assert kept.size == (480, 640)
        assert not kept.getexif()
        top, bottom = kept.getpixel((240, 40)), kept.getpixel((240, 600))
        assert small.size == (240, 320)
        assert not small.getexif()

    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2], "its left side is on top now"
    assert bottom[2] > 200 > 60 > bottom[0]
    assert b"SECRET" not in checked.content


def test_a_large_picture_gets_smaller_and_a_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    with Image.open(BytesIO(examine(picture(size=(5000, 100))).content)) as kept:
        assert kept.size == (4096, 82)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    monkeypatch.setattr(pictures, "MOST_PIXELS_WHOLE", 1000)
    for form in ("JPEG", "PNG"):
        with pytest.raises(FileRefused) as refused:
            examine(picture(form))
        assert refused.value.code == "picture_too_large"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(FileRefused):
        examine(picture("GIF"))


def test_a_clear_screenshot_stays_clear() -> None:
    file = BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(file, "WEBP", lossless=True)
    checked = examine(file.getvalue())

    assert checked.media_type == "image/png"
    with Image.open(BytesIO(checked.content)) as kept:
        assert kept.mode == "RGBA"


@pytest.mark.parametrize(
    "given, shown",
    [
        ("门口.JPEG", "门口.jpg"),
        ("C:\\fakepath\\a.exe", "a.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("gpj.\u202eexe", "gpj.jpg"),
        ('a"b\r\nc.jpg', "a bc.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("长" * 300 + ".jpg", "长" * 96 + ".jpg"),
    ],
)
def test_a_name_is_fit_to_be_shown(given: str, shown: str) -> None:
    assert name_of(given, "image/jpeg") == shown
