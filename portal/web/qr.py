"""QR codes as they stand on pages."""

import segno


def qr(text: str) -> str:
    """The text as a QR code: an SVG as a data address."""
    return segno.make(text, error="m").svg_data_uri(scale=5, border=2)
