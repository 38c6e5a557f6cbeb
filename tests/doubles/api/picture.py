"""picture - the pictures of a request: what is refused, and what they cost"""

import base64
import math

from .shape import Refused

MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF", "image/gif": b"GIF8"}


def bad(code, message):
    raise Refused(400, message, code=code, param="messages")


def picture(url, most_bytes, most_side):
    """The bytes of a data URL and their size in pixels (JPEG)."""
    if not url.startswith("data:"):
        bad("invalid_image_url", "Only data URLs are fetched here.")
    head, comma, text = url.partition(",")
    media, mark, coding = head[5:].partition(";")
    if media not in MAGIC:
        bad("unsupported_image_media_type", f"Unsupported media type {media!r}.")
    if not comma or coding != "base64" or not mark:
        bad("invalid_base64_image", "The data URL is not base64.")
    if len(text) % 4 != 0:
        bad("invalid_base64_image", "The base64 has no padding or a line break.")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        bad("invalid_base64_image", "The base64 cannot be decoded.")
    if not data:
        bad("empty_image_file", "The picture is empty.")
    if len(data) > most_bytes:
        bad("image_too_large", f"The picture has {len(data)} bytes, and at most {most_bytes} are taken.")
    if not data.startswith(MAGIC[media]):
        bad("invalid_image_format", f"The bytes are not {media}.")
    return data, jpeg_checked(data, most_side) if media == "image/jpeg" else (1024, 768)


def jpeg_checked(data, most_side):
    width, height = jpeg_size(data)
    if width == 0 or not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        bad("image_parse_error", "The JPEG cannot be read.")
    if min(width, height) < 8:
        bad("image_too_small", "The picture is too small.")
    if max(width, height) > most_side:
        bad("image_too_large", f"The picture is {width} x {height}, and at most {most_side} pixels a side are taken.")
    return width, height


def jpeg_size(data):
    """Width and height from the frame header (ITU T.81 B.2.2); (0, 0) if there is none."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xff:
        marker, size = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
        if 0xc0 <= marker <= 0xcf and marker not in (0xc4, 0xc8, 0xcc):
            return int.from_bytes(data[at + 7:at + 9], "big"), int.from_bytes(data[at + 5:at + 7], "big")
        at += 2 + size
    return 0, 0


def image_tokens(size, detail):
    """Tiles as gpt-4o counts them."""
    if detail == "low":
        return 85
    width, height = size
    scale = min(1, 2048 / max(width, height))
    scale = min(scale, 768 / (min(width, height) * scale) * scale)
    return 85 + 170 * math.ceil(width * scale / 512) * math.ceil(height * scale / 512)
