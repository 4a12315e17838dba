"""Decompresses an answer piece by piece, up to a size limit.

A thousand compressed bytes can expand to a million, and two layers of compression to a thousand million. So the output
is counted before it is kept, and a second layer is refused.
"""

import zlib
from collections.abc import AsyncIterable

from tui.domain.failure import STACKED_ENCODING, TOO_LARGE

ACCEPTED = "gzip, deflate"
"""The encodings that are requested, and the only ones decoded (RFC 9110, section 8.4.1)."""
_PIECE = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16
_LONGEST_NAME = 60


class Undecodable(Exception):
    """Content that is refused; the message says why and quotes only the name of its encoding."""

    def __init__(self, message: str, symbol: str = "") -> None:
        super().__init__(message)
        self.symbol = symbol


class _Inflating:
    """Decompresses one layer. "deflate" means the zlib format, but some servers send raw deflate."""

    def __init__(self, window_bits: int) -> None:
        self._inflate = zlib.decompressobj(window_bits)
        self._may_be_bare = window_bits == zlib.MAX_WBITS
        self._head = b""

    def some(self, data: bytes) -> tuple[bytes, bytes]:
        """At most one decompressed piece, and the data that are left."""
        if self._may_be_bare:
            # The first two bytes tell the two formats apart.
            data = self._head + data
            if len(data) < 2:
                self._head = data
                return b"", b""
            self._may_be_bare = False
            if not _is_zlib(data):
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._inflate.decompress(data, _PIECE), self._inflate.unconsumed_tail
        except zlib.error:
            raise Undecodable("badly compressed") from None

    @property
    def is_whole(self) -> bool:
        """Whether the end was reached."""
        return self._inflate.eof


async def content_of(stream: AsyncIterable[bytes], encodings: list[str], most_bytes: int) -> bytes:
    """The whole content, decoded according to the values of `content-encoding`. Raises Undecodable."""
    inflating = _decoder(encodings)
    content = bytearray()
    received = 0
    async for data in stream:
        received += len(data)
        _require_room(received, most_bytes)
        if inflating is None:
            content += data
            continue
        while data:
            piece, data = inflating.some(data)
            content += piece
            _require_room(len(content), most_bytes)
            if inflating.is_whole or not piece:
                break
    if inflating is not None and received and not inflating.is_whole:
        # The decompressor may still hold the end, since it returns one piece at a time.
        while piece := inflating.some(b"")[0]:
            content += piece
            _require_room(len(content), most_bytes)
    if inflating is not None and received and not inflating.is_whole:
        raise Undecodable("cut off in the middle of its compression")
    return bytes(content)


def _is_zlib(data: bytes) -> bool:
    """Whether the data begin with a zlib header (RFC 1950, section 2.2)."""
    return data[0] & 15 == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0


def _decoder(encodings: list[str]) -> _Inflating | None:
    names = [name.strip().lower() for value in encodings for name in value.split(",")]
    layers = [name for name in names if name not in ("", "identity")]
    if len(layers) > 1:
        raise Undecodable(f"compressed {len(layers)} times over", STACKED_ENCODING)
    if not layers:
        return None
    if layers[0] in ("gzip", "x-gzip"):
        return _Inflating(_GZIP)
    if layers[0] == "deflate":
        return _Inflating(zlib.MAX_WBITS)
    raise Undecodable(f"in the encoding {layers[0][:_LONGEST_NAME]}, which was not asked for")


def _require_room(size: int, most_bytes: int) -> None:
    if size > most_bytes:
        raise Undecodable(f"larger than {most_bytes >> 20} MB", TOO_LARGE)
