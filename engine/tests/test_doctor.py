"""What `darkroom doctor` hears about this installation."""

from darkroom_engine.doctor import examine, import_error


def test_an_installation_that_works_has_versions_imports_and_a_device() -> None:
    report = examine()
    assert report["imports"] == dict.fromkeys(report["imports"])
    assert {"torch", "diffusers", "darkroom_engine"} <= report["versions"].keys()
    assert report["devices"][-1]["device"] == "cpu"
    assert report["devices"][-1]["memory_bytes"] > 0


def test_a_missing_module_is_named() -> None:
    assert "no_such_module" in (import_error("no_such_module") or "")
