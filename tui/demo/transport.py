"""From an HTTP request to a handler and back: paths, methods, redirects, the web page (contract 1.1, 1.5)."""

import uuid
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tui.demo.exchange import Exchange
from tui.demo.routes.table import ROUTES, Route
from tui.demo.state import State
from tui.demo.wire import HTML_TYPE, NOT_FOUND, Answer, RefusedError, UnencodableError

API_PREFIXES = ("/api/", "/v1/", "/v1beta/", "/backend-api/", "/antigravity/", "/setup/", "/responses/", "/images/")
API_PATHS = ("/health", "/alpha/search")
KEY_PREFIXES = ("/v1/", "/models", "/responses")
PAGE_ALIASES = ("/v1",)
"""Paths of the web page that still redirect a trailing slash."""
WEB_PAGE = (
    '<!doctype html>\n<html lang="zh-CN">\n  <head>\n    <meta charset="UTF-8" />\n'
    "    <title>Sub2API - AI API Gateway</title>\n  </head>\n  <body>\n"
    '    <div id="app">The demo gateway has no web pages: this is where they would be.</div>\n  </body>\n</html>\n'
)
Match = tuple[Route, Mapping[str, str]]


class Paths:
    """Finds routes: fixed paths before patterns, as the gateway's router does."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self.fixed = {(route.method, route.pattern): route for route in routes if ":" not in route.pattern}
        self.patterns = [(route, route.pattern.split("/")) for route in routes if ":" in route.pattern]

    def find(self, method: str, path: str, *, empty: bool = False) -> Match | None:
        """The route of a request with its arguments, none of which may be empty unless `empty`."""
        route = self.fixed.get((method, path))
        if route is not None:
            return route, {}
        segments = path.split("/")
        for route, pattern in self.patterns:
            if route.method == method and len(pattern) == len(segments):
                pairs = list(zip(pattern, segments, strict=True))
                if all(segment or empty if part.startswith(":") else part == segment for part, segment in pairs):
                    return route, {part[1:]: segment for part, segment in pairs if part.startswith(":")}
        return None


class Transport:
    """The ASGI endpoint behind every path."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.paths = Paths(ROUTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        match = self.paths.find(request.method, scope["path"])
        answer = await self._answer(request, *match) if match else self._elsewhere(request)
        by_key = match is not None and match[0].pattern.startswith(KEY_PREFIXES)
        date = format_datetime(self.state.world.clock.local().astimezone(UTC), usegmt=True)
        await _response(request, answer, date, by_key=by_key)(scope, receive, send)

    async def _answer(self, request: Request, route: Route, arguments: Mapping[str, str]) -> Answer:
        x = Exchange(
            self.state,
            request.method,
            request.scope["path"],
            request.url.query,
            request.headers,
            await request.body(),
            request.client.host if request.client else "127.0.0.1",
            arguments,
        )
        try:
            await route.guard(x)
            return await route.handler(x)
        except RefusedError as refusal:
            return refusal.answer
        except UnencodableError:
            return Answer(200)

    def _elsewhere(self, request: Request) -> Answer:
        """A redirect to the path without its slash, text 404 below the API, the web page everywhere else."""
        method, path = request.method, request.scope["path"]
        if method == "OPTIONS":
            return Answer(403, content_type=None)
        shorter = path.removesuffix("/")
        if path != shorter and shorter and (shorter in PAGE_ALIASES or self.paths.find(method, shorter, empty=True)):
            return _redirect(method, shorter + (f"?{request.url.query}" if request.url.query else ""))
        if path.startswith(API_PREFIXES) or path in API_PATHS:
            return NOT_FOUND
        return Answer(200, WEB_PAGE.encode(), HTML_TYPE, {"Cache-Control": "no-cache"})


def _redirect(method: str, target: str) -> Answer:
    headers = {"Location": target}
    if method != "GET":
        return Answer(307, content_type=None, headers=headers)
    return Answer(301, f'<a href="{target}">Moved Permanently</a>.\n\n'.encode(), HTML_TYPE, headers)


def _response(request: Request, answer: Answer, date: str, *, by_key: bool) -> Response:
    headers = {"Date": date, **answer.headers}
    if "Location" not in headers:  # the router redirects before anything else sees the request
        headers["X-Request-ID"] = request.headers.get("x-request-id") or str(uuid.uuid4())
        if by_key:
            headers["X-Client-Request-ID"] = str(uuid.uuid4())
    if answer.content_type is not None:
        headers["Content-Type"] = answer.content_type
    return Response(answer.body, answer.status, headers)
