"""A target whose figure is typed in, and a file that proves it, for tests."""

import io

from PIL import Image

MANUAL = """\
  - id: TYPED
    text_vi: Gõ tay
    scope: {kinds: [ubnd], levels: [commune]}
    comparator: '>='
    threshold: 5
    value_type: count_total
    period: year
    measured_by: manual
"""


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return content.getvalue()
