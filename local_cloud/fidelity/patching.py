"""Two ways to change a class of moto: add or replace a method, or wrap the one it has."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def method(owner: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the decorated function a method of `owner`, under its own name.

    moto finds operations by snake_case name, so this also adds an operation to a Response class.
    """

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(owner, function.__name__, function)
        return function

    return add


def around(owner: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Wrap the method of the same name; the function gets the original before `self`."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        original = owner.__dict__[name]

        @functools.wraps(original)
        def wrapped(*args: Any, **options: Any) -> Any:
            return function(original, *args, **options)

        setattr(owner, name, wrapped)
        return wrapped

    return wrap


def around_property(owner: type) -> Callable[[Callable[..., Any]], property]:
    """Wrap a property's getter; the function gets the original value and `self`."""

    def wrap(function: Callable[..., Any]) -> property:
        original = owner.__dict__[function.__name__]
        changed = original.getter(lambda self: function(original.fget(self), self))
        setattr(owner, function.__name__, changed)
        return changed

    return wrap
