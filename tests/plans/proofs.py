"""A file that proves a typed figure, for tests."""

import io

from PIL import Image


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return content.getvalue()
