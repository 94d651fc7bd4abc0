"""What other programs read in our files, and what copies keep."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import read_artwork_id, read_recipe
from studio.library.xmp import MACHINE_MADE
from studio.recipes import PictureRecipe

NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "iptc": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
USER_COMMENT = 0x9286


@pytest.fixture
def made(library, picture):
    recipe = PictureRecipe(
        prompt="una zorra 狐 🦊, <b>&amp;",
        style="3d emoji",
        negative="blur, text",
        seed=1234,
        steps=20,
        guidance=7.0,
        scheduler="DPM2",
    )
    return library.add(picture, recipe, made_by="Easel: Stickers", licence="Yours & free")


def xmp_of(path) -> ElementTree.Element:
    with Image.open(path) as image:
        packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
    if isinstance(packet, str):
        packet = packet.encode()
    return ElementTree.fromstring(re.sub(rb"<\?xpacket.*?\?>", b"", packet))


def said(root: ElementTree.Element, name: str) -> str | None:
    found = root.find(f".//{name}", NAMES)
    if found is None:
        return None
    item = found.find(".//rdf:li", NAMES)
    return found.text if item is None else item.text


def parse_like_the_web_ui(text: str) -> dict[str, str]:
    """The rule by which AUTOMATIC1111's web UI takes such a text apart."""
    rule = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
    *prompt, last = text.strip().split("\n")
    values = dict(rule.findall(last))
    negative = [line for line in prompt if line.startswith("Negative prompt:")]
    positive = [line for line in prompt if not line.startswith("Negative prompt:")]
    values["prompt"] = "\n".join(positive)
    values["negative"] = negative[0].removeprefix("Negative prompt:").strip() if negative else ""
    return values


def check_parameters(text: str) -> None:
    assert parse_like_the_web_ui(text) == {
        "prompt": "una zorra 狐 🦊, <b>&amp;, 3d emoji",
        "negative": "blur, text",
        "Steps": "20",
        "Sampler": "DPM2",
        "CFG scale": "7",
        "Seed": "1234",
        "Size": "48x32",
        "Model": '"Easel: Stickers"',
        "Version": text.rpartition("Version: ")[2],
    }
    assert text.rpartition("Version: ")[2].startswith("Easel ")


def test_common_tools_find_the_parameters(made, library, tmp_path) -> None:
    with Image.open(made.path) as image:
        check_parameters(image.info["parameters"])
    for suffix in ("jpg", "webp"):
        with Image.open(library.save_copy(made, tmp_path / f"c.{suffix}")) as image:
            comment = image.getexif().get_ifd(0x8769)[USER_COMMENT]
        assert comment[:8] == b"UNICODE\0"
        check_parameters(comment[8:].decode("utf-16-be"))


def test_no_parameters_without_values(library, picture) -> None:
    made = library.add(picture, PictureRecipe(prompt="a fox", seed=3), made_by="")
    with Image.open(made.path) as image:
        text = image.info["parameters"]
    assert "None" not in text
    assert text.startswith("a fox\nSeed: 3, Size: 48x32, Model: easel/stickers, Version: Easel ")


def test_xmp_says_that_a_machine_made_it(made, library, tmp_path) -> None:
    files = [made.path]
    files += [library.save_copy(made, tmp_path / f"copy.{end}") for end in ("png", "jpg", "webp")]
    for file in files:
        root = xmp_of(file)
        assert said(root, "iptc:DigitalSourceType") == MACHINE_MADE
        assert said(root, "xmp:CreatorTool").startswith("Easel ")
        assert said(root, "dc:title") == made.title
        assert said(root, "dc:rights") == "Yours & free"


def test_a_copy_without_its_recipe_keeps_the_mark_and_none_of_the_words(
    made, library, tmp_path
) -> None:
    for suffix in ("png", "jpg", "webp"):
        copy = library.save_copy(made, tmp_path / f"copy.{suffix}", keep_recipe=False)
        root = xmp_of(copy)
        assert said(root, "iptc:DigitalSourceType") == MACHINE_MADE
        assert said(root, "dc:rights") == "Yours & free"
        assert said(root, "dc:title") is None
        content = copy.read_bytes().replace(b"\0", b"")
        for word in (b"zorra", b"emoji", b"1234", b"blur", made.id.encode()):
            assert word not in content
        assert read_artwork_id(copy) == ""
        with pytest.raises(StudioError, match="no recipe"):
            read_recipe(copy)


def test_copies_keep_transparency_where_the_format_can(made, library, picture, tmp_path) -> None:
    with Image.open(library.save_copy(made, tmp_path / "c.png")) as copy:
        assert copy.tobytes() == picture.tobytes()
    with Image.open(library.save_copy(made, tmp_path / "c.webp")) as copy:
        assert copy.format == "WEBP"
        assert copy.convert("RGBA").getchannel("A").tobytes() == picture.getchannel("A").tobytes()


def test_jpeg_gets_a_background(library, tmp_path) -> None:
    clear = Image.new("RGBA", (32, 32), (0, 255, 0, 0))
    made = library.add(clear, PictureRecipe(prompt="nothing"), made_by="")
    for background, expected in (("#ffffff", (255, 255, 255)), ("#102030", (16, 32, 48))):
        copy = library.save_copy(made, tmp_path / "c.jpeg", background=background)
        with Image.open(copy) as image:
            assert image.format == "JPEG"
            assert all(
                abs(a - b) <= 2 for a, b in zip(image.getpixel((9, 9)), expected, strict=True)
            )


def test_the_format_follows_the_name_or_the_wish(made, library, tmp_path) -> None:
    with Image.open(library.save_copy(made, tmp_path / "C.JPG")) as copy:
        assert copy.format == "JPEG"
    with Image.open(library.save_copy(made, tmp_path / "copy", format="webp")) as copy:
        assert copy.format == "WEBP"
    before = sorted(tmp_path.iterdir())
    for name, wish in (("c.gif", None), ("c", None), ("c.png", "tga"), (".png", None)):
        with pytest.raises(StudioError, match="cannot save"):
            library.save_copy(made, tmp_path / name, format=wish)
    with pytest.raises(StudioError, match="not a colour"):
        library.save_copy(made, tmp_path / "c.jpg", background="like the sea")
    assert sorted(tmp_path.iterdir()) == before


def test_the_library_s_own_files_are_not_overwritten(made, library, folder, keep) -> None:
    other = keep(library, "another")
    content = made.path.read_bytes(), other.path.read_bytes()
    link = folder.parent / "link.png"
    link.hardlink_to(made.path)
    for target in (
        made.path,
        other.path,
        link,
        folder / ".trash" / "c.png",
        folder / ".easel" / "c.png",
    ):
        with pytest.raises(StudioError, match="library itself"):
            library.save_copy(made, target)
    with pytest.raises(StudioError, match="folder"):
        library.save_copy(made, folder, format="png")
    assert content == (made.path.read_bytes(), other.path.read_bytes())
    replaced = folder.parent / "old.webp"
    replaced.write_bytes(b"an older copy")
    library.save_copy(made, replaced)
    assert read_artwork_id(replaced) == made.id


def test_a_recipe_too_long_for_jpeg_is_left_out_and_the_mark_stays(
    library, picture, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("studio.library.export._MOST_METADATA", 2_000)
    made = library.add(picture, PictureRecipe(prompt="狐" * 2000), made_by="")
    copy = library.save_copy(made, tmp_path / "c.jpg")
    assert said(xmp_of(copy), "iptc:DigitalSourceType") == MACHINE_MADE
    with pytest.raises(StudioError, match="no recipe"):
        read_recipe(copy)


def test_a_picture_too_large_for_a_format(library, tmp_path) -> None:
    made = library.add(Image.new("L", (17_000, 2)), PictureRecipe(prompt="a line"), made_by="")
    with pytest.raises(StudioError, match="too large for a WEBP"):
        library.save_copy(made, tmp_path / "c.webp")
    assert library.save_copy(made, tmp_path / "c.jpg").exists()


def test_nothing_of_the_image_s_own_metadata_slips_in(library, picture) -> None:
    picture.info.update(comment="/" + "home/anna", icc_profile=b"profile", exif=b"Exif\0\0anna")
    made = library.add(picture, PictureRecipe(prompt="a fox"), made_by="")
    assert b"anna" not in made.path.read_bytes()
    assert b"iCCP" not in made.path.read_bytes()


def test_a_screenshot_in_the_folder_gets_no_mark(library, folder, picture, tmp_path) -> None:
    picture.save(folder / "Screenshot.png")
    library.rescan()
    shot = library.at(folder / "Screenshot.png")
    assert (shot.title, shot.recipe, shot.kind) == ("Screenshot", "", "picture")
    copy = library.save_copy(shot, tmp_path / "c.jpg")
    assert said(xmp_of(copy), "iptc:DigitalSourceType") is None


def test_a_file_without_a_recipe_says_so(tmp_path, picture) -> None:
    picture.save(tmp_path / "plain.png")
    picture.convert("RGB").save(tmp_path / "plain.jpg")
    picture.save(tmp_path / "plain.webp")
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder.png").mkdir()
    for name, words in {
        "plain.png": "no recipe",
        "plain.jpg": "no recipe",
        "plain.webp": "no recipe",
        "text.png": "cannot be read as a picture",
        "empty.png": "cannot be read as a picture",
        "folder.png": "is a folder",
        "missing.png": "no file",
        "nul\0.png": "not the name of a file",
        "x" * 5000 + ".png": "too long",
    }.items():
        with pytest.raises(StudioError, match=words):
            read_recipe(tmp_path / name)


def test_content_counts_and_not_the_name(made, library, tmp_path) -> None:
    renamed = tmp_path / "holiday.txt"
    renamed.write_bytes(library.save_copy(made, tmp_path / "c.webp").read_bytes())
    assert read_recipe(renamed) == made.recipe
