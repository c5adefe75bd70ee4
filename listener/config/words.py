"""What pydantic found, in a person's words: where in the file, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from listener.config.fields import guess
from listener.core.errors import Fault
from listener.core.wording import Worded, worded

# Keys that hold a secret in other programs' files; here a secret is only named.
_SECRETS = {"password": "password", "token": "bearer_token", "bearer_token": "bearer_token"}
_TYPES = {
    "string_type": worded('must be text in quotes, like "this"'),
    "int_type": worded("must be a whole number, without quotes"),
    "float_type": worded("must be a number, without quotes"),
    "tuple_type": worded('must be a list, like ["this"]'),
    "model_type": worded("must be a table"),
    "dict_type": worded("must be a table"),
    "missing": worded("is missing"),
}


def faults(file: str, error: ValidationError, shape: type[BaseModel]) -> list[Fault]:
    """Every fault of a file, in its order; `shape` is the model it was read with."""
    return [_fault(file, one, shape) for one in error.errors(include_url=False)]


def where(location: tuple[int | str, ...]) -> str:
    """`sources[2].kind`, from ("sources", 2, "kind"); lists count from 0."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f"{'.' if path else ''}{step}"
    return path


def _fault(file: str, error: Mapping[str, Any], shape: type[BaseModel]) -> Fault:
    location: tuple[int | str, ...] = error["loc"]
    kind: str = error["type"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "value_error":
        said = context["error"].args[0] if context["error"].args else ""
        return Fault(file, where(location), said if isinstance(said, Worded) else str(context["error"]))
    if kind == "tuple_type" and isinstance(error.get("input"), Mapping):
        return Fault(file, where(location), worded("is a list of tables: write [[{name}]], with two brackets", name=location[-1]))
    if kind == "extra_forbidden":
        return Fault(file, where(location), _unknown(location, shape))
    return Fault(file, where(location), _TYPES.get(kind) or _words(kind, context, error))


def _words(kind: str, context: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    if kind == "literal_error":
        given = error.get("input")
        choices = [one.strip("'") for one in str(context["expected"]).replace(" or ", ", ").split(", ")]
        shown = repr(given) if isinstance(given, str) else worded("this")
        return worded("{value} is not one of {known}{hint}", value=shown, known=", ".join(choices), hint=guess(str(given), choices))
    if kind == "greater_than_equal":
        return worded("must be {least} or more", least=context["ge"])
    if kind == "less_than_equal":
        return worded("must be {most} or less", most=context["le"])
    return str(error["msg"]).lower()


def _unknown(location: tuple[int | str, ...], shape: type[BaseModel]) -> str:
    key = str(location[-1])
    known = _table(location[:-1], shape).model_fields
    secret = _SECRETS.get(key)
    if secret and f"{secret}_env" in known:
        return worded(
            "secrets never stand in this file: name a variable with {secret}_env, or a file with {secret}_file", secret=secret
        )
    hint = guess(key, known) or worded(", known are {known}", known=", ".join(known))
    return worded("unknown key{hint}", hint=hint)


def _table(location: tuple[int | str, ...], shape: type[BaseModel]) -> type[BaseModel]:
    """The model of the table at a location of the file."""
    for step in location:
        if isinstance(step, str):
            annotation = shape.model_fields[step].annotation
            shape = next(one for one in (annotation, *get_args(annotation)) if isinstance(one, type) and issubclass(one, BaseModel))
    return shape
