"""scripts/dev.py: the verbs it offers, steps that run once, the release tier that resumes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environment, release, steps, verbs
from tests.sources import ROOT

PRETEND = "import runpy, sys; sys.version_info = {version}; sys.argv = ['dev.py', 'check'];"


def dev(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "scripts/dev.py", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("version", ["(3, 10, 12)", "(3, 14, 0)"])
def test_another_python_is_refused_with_what_to_call_instead(version: str) -> None:
    program = PRETEND.format(version=version) + "runpy.run_path('scripts/dev.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "runs on Python 3.11, 3.12 and 3.13" in done.stderr
    assert "python3.13 scripts/dev.py check" in done.stderr


def test_an_unknown_verb_lists_the_verbs() -> None:
    done = dev("serv")
    assert done.returncode == 2
    assert "no verb 'serv'" in done.stderr
    assert all(verb.usage in done.stderr for verb in verbs.VERBS.values())


def test_help_is_an_answer_and_no_error() -> None:
    done = dev("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "setup" in done.stdout


def test_only_benches_that_exist_are_offered() -> None:
    done = dev("bench", "nothing")
    assert done.returncode == 2
    for name in verbs.BENCHES:
        assert (f"\n  {name} " in done.stderr) == (ROOT / "scripts" / "bench" / f"{name}.py").is_file()


def test_dev_needs_nothing_that_is_not_in_the_standard_library() -> None:
    program = "import sys; sys.path[:0] = ['.']; import scripts.verbs"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], cwd=ROOT, check=False)
    assert done.returncode == 0


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_a_step_runs_again_only_for_new_content_or_a_lost_product(
    stamps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    product = stamps / "product"
    made: list[int] = []

    def make() -> str:
        made.append(len(made))
        product.touch()
        return "note"

    def ensure(key: str) -> None:
        steps.ensure(steps.Step("a step", key, product, make), quiet=True)

    ensure("first")
    assert capsys.readouterr().out.endswith("s  note\n")
    ensure("first")
    assert (len(made), capsys.readouterr().out) == (1, "")
    ensure("second")
    assert len(made) == 2
    product.unlink()
    ensure("second")
    assert len(made) == 3


def test_a_step_that_failed_is_tried_again(stamps: Path) -> None:
    def fail() -> str:
        raise steps.StepFailed("no network")

    product = stamps / "product"
    product.touch()
    steps.ensure(steps.Step("a step", "old", product, lambda: ""), quiet=True)
    for _ in range(2):
        with pytest.raises(steps.StepFailed, match="no network"):
            steps.ensure(steps.Step("a step", "new", product, fail), quiet=True)


def test_a_command_that_fails_shows_what_it_said() -> None:
    with pytest.raises(steps.StepFailed, match="ended with 3:\nthe reason"):
        steps.run([sys.executable, "-c", "import sys; print('the reason'); sys.exit(3)"])


def test_without_venv_the_message_names_the_debian_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else name)
    with pytest.raises(steps.StepFailed, match="apt install python3-venv"):
        environment._make_virtual_environment()


TESTS_OF_A_RELEASE = """
from pathlib import Path

def test_steady(report):
    report("steady things", done=1_000, share=0.5)

def test_mended_later():
    assert Path(__file__).with_name("mended").exists()
"""


def test_the_release_tier_runs_again_only_what_has_not_passed(tmp_path: Path) -> None:
    (tmp_path / "test_release.py").write_text(TESTS_OF_A_RELEASE, encoding="utf-8")
    journal = tmp_path / "digest" / "journal.jsonl"
    journal.parent.mkdir()
    words = ["-m", "pytest", "-q", "-n", "2", f"--rootdir={tmp_path}", "-c", str(ROOT / "pyproject.toml")]
    words += ["-p", "tests.conftest", f"--journal={journal}", "-o", f"cache_dir={tmp_path}", str(tmp_path)]

    def run() -> str:
        return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout

    assert "1 failed, 1 passed" in run()
    (tmp_path / "mended").touch()
    assert "1 passed" in run()
    entries = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert [entry["outcome"] for entry in entries if "mended" in entry["test"]] == ["failed", "passed"]
    [steady] = [entry for entry in entries if "steady" in entry["test"]]
    assert steady["figures"] == [{"name": "steady things", "figures": {"done": 1000, "share": 0.5}}]


def entry(test: str, outcome: str) -> dict[str, object]:
    figures = [{"name": "races", "figures": {"done": 19_000}}]
    return {"test": test, "outcome": outcome, "seconds": 1, "finished": "2026-01-02T03:04:05", "figures": figures}


def test_a_report_gives_figures_and_says_complete_only_if_all_passed() -> None:
    whole = release.render([entry("a", "passed")], digest="d", complete=True)
    assert "Result: complete: 1 passed, 0 failed, 0 skipped" in whole
    assert "| races | done 19,000 | `a` |" in whole
    partly = release.render([entry("a", "passed"), entry("b", "failed")], digest="d", complete=True)
    assert "**incomplete**: 1 passed, 1 failed" in partly
    assert "- failed: `b`" in partly
    assert "**incomplete**" in release.render([entry("a", "passed")], digest="d", complete=False)
