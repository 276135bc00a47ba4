"""Checked content to model values: the one place where text becomes a moment or a day."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import cattrs
from cattrs.gen import make_dict_structure_fn, override

from qms import model
from qms.load.moments import parse_day, parse_moment

Built = TypeVar("Built")


@lru_cache
def converter(zone: ZoneInfo) -> cattrs.Converter:
    """A converter for content that its schema has passed; times without offset are in *zone*."""
    made = cattrs.Converter()
    made.register_structure_hook(datetime, lambda text, _: parse_moment(text, zone))
    made.register_structure_hook(date, lambda text, _: parse_day(text))
    made.register_structure_hook(time, lambda text, _: time.fromisoformat(text))
    made.register_structure_hook(model.Source, lambda source, _: source)
    for cls in (model.RolePeriod, model.SigningKey, model.Suspension):
        made.register_structure_hook(cls, make_dict_structure_fn(cls, made, from_=override(rename="from")))
    # Record.source is where the record stands, so the two forms that use the words otherwise get other attribute names.
    made.register_structure_hook(
        model.Capa, make_dict_structure_fn(model.Capa, made, origin=override(rename="source"), source=override(rename="_source"))
    )
    made.register_structure_hook(model.Complaint, make_dict_structure_fn(model.Complaint, made, type=override(rename="kind")))
    return made


def build(made: cattrs.Converter, cls: type[Built], content: Mapping[str, Any], source: model.Source) -> Built:
    """An instance of *cls* from schema-valid *content*."""
    key = "_source" if cls is model.Capa else "source"
    return made.structure({**content, key: source}, cls)
