"""The structs against the golden messages that the server's tests read too."""

import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from darkroom_engine import messages

GOLDEN = Path(__file__).parents[2] / "protocol"
FILES = sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_message_survives_a_round_trip(file: Path) -> None:
    decoder = messages.command_decoder if file.name.startswith("command.") else messages.report_decoder
    message = decoder.decode(file.read_bytes())
    assert json.loads(messages.encoder.encode(message)) == json.loads(file.read_bytes())


def test_every_message_has_a_golden_file() -> None:
    commands = {f"command.{kind.__struct_config__.tag}" for kind in get_args(messages.Command)}
    reports = {f"report.{kind.__struct_config__.tag}" for kind in get_args(messages.Report)}
    assert {file.stem for file in FILES} == commands | reports


def test_unknown_fields_and_types_are_refused() -> None:
    for line in (b'{"type":"ping","id":1,"extra":2}', b'{"type":"dance"}', b'{"type":"ping","id":"1"}'):
        with pytest.raises(msgspec.MsgspecError):
            messages.command_decoder.decode(line)
