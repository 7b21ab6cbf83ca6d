"""The life of an engine process: hello, noise on stdout, bad lines, cancel, ping, shutdown, a dead parent."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.engine_process import HELLO, EngineProcess
from tests.plans import call, pipeline_spec, render
from tests.test_render import pixels

NOISY = """
import os, runpy, sys
import darkroom_engine.serve as serve
start = serve.start
def noisy_start(channel, inbox, hello):
    print("noise on stdout", flush=True)
    os.write(1, b"raw noise\\n")
    os.system("echo noise of a child")
    return start(channel, inbox, hello)
serve.start = noisy_start
sys.argv = ["darkroom_engine"]
runpy.run_module("darkroom_engine", run_name="__main__")
"""


def test_another_protocol_is_fatal_and_says_what_to_do(tmp_path: Path) -> None:
    with EngineProcess(tmp_path / "log") as process:
        fatal = process.hello(protocol=99)
        assert "protocol 99" in fatal["message"]
        assert "npm run setup" in fatal["message"]
        assert process.wait() == 1


def test_a_device_that_is_not_there_is_fatal_and_says_which_are(tmp_path: Path) -> None:
    with EngineProcess(tmp_path / "log") as process:
        fatal = process.hello(device="cuda:77")
        assert "no cuda:77 here: torch sees" in fatal["message"]
        assert "Set DEVICES" in fatal["message"]
        assert process.wait() == 1


def test_noise_is_log_and_bad_lines_are_skipped_and_a_closed_pipe_ends_it(tmp_path: Path) -> None:
    with EngineProcess(tmp_path / "log", NOISY) as process:
        ready = process.hello()
        assert ready["device"] == {"type": "cpu", "name": ready["device"]["name"], "dtype": "float32"}
        assert {"python", "torch", "diffusers", "transformers", "peft", "darkroom_engine"} <= ready[
            "versions"
        ].keys()
        log = process.log.read_text()
        assert all(noise in log for noise in ("noise on stdout", "raw noise", "noise of a child"))
        for bad in (b"not json", b'{"type":"dance"}', b"[" * 100, b'"' + b"x" * (9 << 20) + b'"'):
            process.send_raw(bad)
            assert process.receive_until("log")[-1]["level"] == "error"
        process.send_raw(b'{"type":"render","job":"j1","calls":"of another version"}')
        assert process.receive_until("failed")[-1] | {"message": ""} == {
            "type": "failed",
            "job": "j1",
            "code": "RENDER_FAILED",
            "message": "",
            "retryable": False,
        }
        process.send(type="ping", id=5)
        pong = process.receive_until("pong")[-1]
        assert pong["id"] == 5
        assert 0 < pong["memory"]["used_bytes"] < pong["memory"]["total_bytes"]
        process.close_commands()
        assert process.wait() == 0


def test_the_process_dies_with_its_parent(tmp_path: Path) -> None:
    read, write = os.pipe()
    middle = os.fork()
    if middle == 0:
        process = EngineProcess(tmp_path / "log")
        os.write(write, str(process.pid).encode())
        time.sleep(60)
        os._exit(0)
    engine = int(os.read(read, 32))
    os.kill(middle, signal.SIGKILL)
    os.waitpid(middle, 0)
    deadline = time.monotonic() + 10
    while is_running(engine):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] not in "ZX"
    except FileNotFoundError:
        return False


def test_cancel_stops_within_a_step_and_leaves_the_pipeline_as_it_was(
    engine: EngineProcess, flux_folder: Path, tmp_path: Path, plain_render: Callable[..., bytes]
) -> None:
    long = call(arguments={"num_inference_steps": 500})
    engine.send(**render("long", flux_folder, tmp_path, [long]))
    while engine.receive().get("phase") != "denoising":
        pass
    engine.send(type="ping", id=1)
    assert engine.receive_until("pong")[-1]["id"] == 1
    engine.send(type="cancel", job="long")
    reports = engine.receive_until("canceled", "done", "failed")
    assert reports[-1] == {"type": "canceled", "job": "long"}
    assert len(reports) < 100
    again = engine.run(**render("after", flux_folder, tmp_path, [call()]))
    assert pixels(again) == [plain_render(7)]


def test_a_second_job_is_refused_while_one_runs(
    engine: EngineProcess, flux_folder: Path, tmp_path: Path
) -> None:
    engine.send(**render("first", flux_folder, tmp_path, [call(arguments={"num_inference_steps": 20})]))
    engine.send(**render("second", flux_folder, tmp_path, [call()]))
    engine.send(type="cancel", job="second")
    reports = engine.receive_until("done")
    assert reports[-1]["job"] == "first"
    refused = [report for report in reports if report["type"] == "failed"]
    assert [(report["job"], report["retryable"]) for report in refused] == [("second", True)]
    assert "one job at a time" in refused[0]["message"]


def test_a_spare_imports_then_waits_for_its_device(tmp_path: Path) -> None:
    with EngineProcess(tmp_path / "log") as process:
        imported = process.receive_until("imported")[-1]
        assert imported["pid"] == process.pid
        process.send(type="ping", id=3)
        assert process.receive()["id"] == 3
        started = time.monotonic()
        ready = process.hello(threads=1, host_bytes=1 << 40)
        assert ready["type"] == "ready"
        assert ready["pid"] == process.pid
        # What takes seconds, even on an idle machine, was done before.
        assert time.monotonic() - started < 1
        process.send(**HELLO)
        assert "second hello" in process.receive_until("log")[-1]["message"]
    with EngineProcess(tmp_path / "log") as process:
        process.receive_until("imported")
        process.send(type="shutdown")
        assert process.wait() == 0
    with EngineProcess(tmp_path / "log") as process:
        process.send(type="unload", key=None)
        assert "must be hello" in process.receive_until("fatal")[-1]["message"]
        assert process.wait() == 1


def test_previews_do_not_change_the_picture(
    engine: EngineProcess, flux_folder: Path, tmp_path: Path, plain_render: Callable[..., bytes]
) -> None:
    spec = pipeline_spec(flux_folder) | {"offload": "auto"}
    reports = engine.run(**render("shown", flux_folder, tmp_path, [call()], pipeline=spec, preview_every=1))
    assert pixels(reports) == [plain_render(7)]
    previews = [report for report in reports if report["type"] == "preview"]
    assert [preview["step"] for preview in previews] == [1, 2]
    for preview in previews:
        with Image.open(preview["file"]) as picture:
            assert picture.size == (preview["width"], preview["height"]) == (64, 64)
            assert picture.convert("L").getextrema()[0] < picture.convert("L").getextrema()[1]


def test_load_and_unload(engine: EngineProcess, flux_folder: Path) -> None:
    engine.send(type="unload", key=None)
    engine.receive_until("unloaded")
    loaded = engine.run(type="load", job="warm", pipeline=pipeline_spec(flux_folder), key="k")[-1]
    assert (loaded["type"], loaded["key"]) == ("loaded", "k")
    assert loaded["seconds"] > 0
    engine.send(type="unload", key="other")
    assert engine.receive_until("unloaded")[-1]["keys"] == []
    engine.send(type="unload", key="k")
    assert engine.receive_until("unloaded")[-1]["keys"] == ["k"]
