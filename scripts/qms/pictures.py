"""JPEG and PNG without what the camera adds: place, time, device, preview pictures. The picture itself stays bit for bit."""

import zlib
from collections.abc import Iterator

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112
_UPRIGHT = 1
_SCAN, _END = 0xDA, 0xD9
_TABLES = {*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xDE}
_RESTARTS = range(0xD0, 0xD8)
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_JFIF_LENGTH = 16
_CHUNKS = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND"),
    *(b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD", b"pHYs", b"sPLT", b"hIST", b"cICP", b"acTL", b"fcTL", b"fdAT"),
}


class PictureError(ValueError):
    """The bytes are no whole picture of their kind."""


def bare_jpeg(raw: bytes) -> bytes:
    """The picture with its tables, colour profile and orientation only; raises PictureError."""
    if not raw.startswith(_JPEG):
        raise PictureError
    kept: list[bytes] = [_JPEG]
    orientation = _UPRIGHT
    place = 1
    for marker, segment in _jpeg_segments(raw):
        if marker == _APP1 and segment[4:10] == _EXIF:
            orientation = _orientation(segment[10:]) or orientation
        elif marker == _APP0 and segment[4:9] == b"JFIF\x00" and len(segment) >= _JFIF_LENGTH + 2:
            # The last two bytes are the size of a preview picture, which is left off.
            kept.append(segment[:2] + _JFIF_LENGTH.to_bytes(2) + segment[4:16] + b"\x00\x00")
            place = len(kept)
        elif marker in _TABLES or (marker == _APP2 and segment[4:15] == b"ICC_PROFILE") or (marker == _APP14 and segment[4:9] == b"Adobe"):
            kept.append(segment)
    if orientation != _UPRIGHT:
        entry = _ORIENTATION.to_bytes(2) + b"\x00\x03\x00\x00\x00\x01" + orientation.to_bytes(2) + b"\x00\x00"
        body = _EXIF + b"MM\x00*\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
        kept.insert(place, b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body)
    return b"".join(kept) + bytes((0xFF, _END))


def bare_png(raw: bytes) -> bytes:
    """The picture with the chunks that it is drawn from only; raises PictureError."""
    if not raw.startswith(_PNG):
        raise PictureError
    kept = [_PNG]
    place = len(_PNG)
    name = b""
    while name != b"IEND":
        length, name = int.from_bytes(raw[place : place + 4]), raw[place + 4 : place + 8]
        end = place + 12 + length
        if len(name) != 4 or end > len(raw) or zlib.crc32(raw[place + 4 : end - 4]) != int.from_bytes(raw[end - 4 : end]):
            raise PictureError
        if name in _CHUNKS:
            kept.append(raw[place:end])
        place = end
    if b"IHDR" not in kept[1][4:8]:
        raise PictureError
    return b"".join(kept)


def _jpeg_segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment with its marker, a scan with its data; what follows the end of the picture is not looked at."""
    place = len(_JPEG)
    scanned = False
    while True:
        while raw[place : place + 2] == b"\xff\xff":
            place += 1
        if place + 1 >= len(raw) or raw[place] != 0xFF:
            raise PictureError
        marker = raw[place + 1]
        if marker == _END:
            if not scanned:
                raise PictureError
            return
        length = int.from_bytes(raw[place + 2 : place + 4])
        end = place + 2 + length
        if length < 2 or end > len(raw):
            raise PictureError
        if marker == _SCAN:
            end = _scan_end(raw, end)
            scanned = True
        yield marker, raw[place:end]
        place = end


def _scan_end(raw: bytes, place: int) -> int:
    """Where the next marker stands: in the data of a scan, FF is followed by 00 or is a restart marker."""
    while True:
        place = raw.find(b"\xff", place)
        if place < 0 or place + 1 >= len(raw):
            raise PictureError
        following = raw[place + 1]
        if following == 0xFF:
            place += 1
        elif following == 0 or following in _RESTARTS:
            place += 2
        else:
            return place


def _orientation(tiff: bytes) -> int | None:
    """The orientation (1 to 8) that the first directory of Exif data states."""
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(tiff[:4])
    if order is None:
        return None

    def number(start: int, size: int) -> int:
        return int.from_bytes(tiff[start : start + size], "little" if order == "little" else "big")

    directory = number(4, 4)
    for index in range(number(directory, 2)):
        entry = directory + 2 + 12 * index
        if number(entry, 2) == _ORIENTATION:
            stated = number(entry + 8, 2)
            return stated if stated in range(1, 9) else None
    return None
