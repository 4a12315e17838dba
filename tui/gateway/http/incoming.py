"""An HTTP/1.1 answer as it comes off a connection, taken apart by llhttp."""

import httptools

TLS_FAULT = "an alert of TLS where HTTP was expected"
_LONGEST_HEAD = 100 * 1024
_TLS_ALERT = b"\x15\x03"


class IncomingAnswer:
    """One answer as it comes; httptools calls what begins with `on_`.

    `has_head`, then `is_whole`, unless there is a `fault`; `may_be_followed` by another one on the same connection.
    """

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._unshown = 0
        self._chunks: list[bytes] = []
        self._ends_with_connection = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.has_head = self.is_whole = self.may_be_followed = False
        self.fault: str | None = None

    def take(self, data: bytes) -> None:
        """Some of it; whatever follows its end is not looked at, and nothing can be asked after it."""
        if self.is_whole:
            self.may_be_followed = False
            return
        self._unshown += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.may_be_followed = False
            is_alert = not self.has_head and data.startswith(_TLS_ALERT)
            self.fault = self.fault or (TLS_FAULT if is_alert else f"not HTTP: {error}")
        if self._unshown > _LONGEST_HEAD:
            self.fault = "a head, or what stands between two parts of a body, is too long"

    def end(self) -> None:
        """The connection ends here."""
        if self.has_head and self._ends_with_connection and self.fault is None:
            self.is_whole = True
        elif not self.is_whole:
            self.fault = self.fault or "the connection was closed before the end of an answer"

    def let_go(self) -> None:
        """Part from the parser, which refers back: the collector runs seldom."""
        del self._parser

    def taken(self) -> bytes:
        """The body that came since this was last asked."""
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)

    def on_message_begin(self) -> None:
        """Not always the first: there can be interim answers before it, and, against the protocol, others after."""
        if self.is_whole:
            self.may_be_followed = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head, or of a trailer, which nothing here asks for."""
        if not self.has_head:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole; that of an interim answer is forgotten."""
        if self.has_head:
            return
        self.status = self._parser.get_status_code()
        if self.status == 101:
            self.fault = "the protocol was changed without being asked to"
        if self.status < 200:
            self.headers = []
            return
        self.has_head = True
        told = {name.lower(): value.lower() for name, value in self.headers}
        is_chunked = told.get(b"transfer-encoding", b"").endswith(b"chunked")
        self._ends_with_connection = b"content-length" not in told and not is_chunked

    def on_body(self, chunk: bytes) -> None:
        """Some of the body."""
        if not self.is_whole:
            self._unshown = 0
            self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        """The end, by the answer's own word."""
        if self.has_head and not self.is_whole:
            self.is_whole = True
            self.may_be_followed = self._parser.should_keep_alive()
