"""Failures as the Qdrant server words them, so that clients may rely on status and text."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is answered with an error: an HTTP status and the text of `status.error`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def wrong_input(message: str) -> Refusal:
    """The request is well formed, but its values do not fit the collection."""
    return Refusal(400, f'Wrong input: {message}')


def bad_request(message: str) -> Refusal:
    """The request cannot be served in the collection's present shape, for example for want of an index."""
    return Refusal(400, f'Bad request: {message}')


def format_error(message: str) -> Refusal:
    """The body is not JSON, or not of the shape the endpoint takes."""
    return Refusal(400, f'Format error in JSON body: {message}')


def invalid(field: str, message: str) -> Refusal:
    """The body has the right shape, but a value is out of its range."""
    return Refusal(422, f'Validation error in JSON body: [{field}: {message}]')


def not_found(message: str) -> Refusal:
    """The collection or point named in the request does not exist."""
    return Refusal(404, f'Not found: {message}')


def conflict(message: str) -> Refusal:
    """The thing to create exists already; the server words this one as wrong input too."""
    return Refusal(409, f'Wrong input: {message}')


def not_implemented(what: str) -> Refusal:
    """A part of Qdrant that this front does not serve; saying so beats a wrong answer."""
    return Refusal(501, f'Not implemented: {what} is not served by this front')


WRONG_INPUT = (
    'Vector dimension error',
    'Not existing vector name error',
    'Wrong usage of',
    'Conversion between',
    'Wrong vector',
)
BAD_REQUEST = (
    'No range index for',
    'No appropriate index for',
    'Validation failed',
    'Validation error',
    'Wrong filter',
    'Index required',
    'Inconsistent',
)


def from_engine(error: BaseException) -> Refusal:
    """Translate what the engine raises. It has no exception classes of its own, only texts that start alike."""
    message = str(error)
    if isinstance(error, (TypeError, ValueError, OverflowError)):
        return format_error(message.splitlines()[0] if message else type(error).__name__)
    if message.startswith(WRONG_INPUT):
        return wrong_input(message)
    if message.startswith('No point with id'):
        return not_found(f'{message} found')
    if message.startswith(BAD_REQUEST):
        return bad_request(message)
    return Refusal(500, f'Service internal error: {message}')
