"""One watched process: heard, started again, given up, and gone with all of its own."""

import os
import sys
import time

import pytest

from config.run import child as module
from config.run.child import Child, GaveUp

pytestmark = pytest.mark.slow


def python(code):
    return [sys.executable, "-c", code]


def wait_until(condition, seconds=10.0):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_its_lines_carry_its_name(capsys):
    child = Child(name="door", command=python("print('one'); print('two')"))
    child.start()
    wait_until(lambda: list(child.last_lines) == ["one", "two"])
    child.wait_or_kill(until=time.monotonic() + 5)
    assert capsys.readouterr().out == "door     │ one\ndoor     │ two\n"


def test_ready_means_that_it_said_so():
    code = "import time; time.sleep(.3); print('all is ready.'); time.sleep(30)"
    child = Child(name="worker", command=python(code), ready_line="ready.")
    child.start()
    assert not child.ready()
    wait_until(child.ready)
    child.wait_or_kill(until=time.monotonic())
    assert not child.ready()


def test_it_is_started_again_ever_later(capsys):
    child = Child(name="beat", command=python("raise SystemExit(3)"))
    child.start()
    child.process.wait()
    child.look_after()
    assert child.process is None
    child.look_after()
    assert child.process is None  # not yet: the first wait is a second
    child.start_again_at = 0
    child.look_after()
    assert child.process is not None
    child.process.wait()
    assert "beat ended with code 3; nothing is lost, next try in 1 s" in capsys.readouterr().out


def test_it_is_given_up_when_it_keeps_dying(monkeypatch):
    monkeypatch.setattr(module, "MANY", 2)
    child = Child(name="web", command=python("print('no such table'); raise SystemExit(1)"))
    child.start()
    child.process.wait()
    child.look_after()
    child.start()
    child.process.wait()
    wait_until(lambda: len(child.last_lines) == 2)
    with pytest.raises(GaveUp, match=r"(?s)web died: 2 times.*no such table"):
        child.look_after()


def test_while_opening_the_first_death_counts():
    child = Child(name="web", command=python("import os; os.abort()"))
    child.start()
    child.process.wait()
    with pytest.raises(GaveUp, match="was ended by SIGABRT"):
        child.look_after(patiently=False)


def test_what_it_started_itself_does_not_outlive_it():
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    child = Child(name="worker", command=python(code))
    child.start()
    wait_until(lambda: child.last_lines)
    grandchild = int(child.last_lines[0])
    child.ask_to_stop()
    child.wait_or_kill(until=time.monotonic() + 5)
    wait_until(lambda: not is_alive(grandchild))


def test_a_deaf_process_is_ended():
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('x'); time.sleep(60)"
    child = Child(name="worker", command=python(code))
    child.start()
    wait_until(lambda: child.last_lines)
    child.ask_to_stop()
    child.wait_or_kill(until=time.monotonic() + 0.3)
    assert child.process.poll() == -9


def is_alive(process_id):
    """A process that nobody has collected yet counts as dead."""
    try:
        with open(f"/proc/{process_id}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
    except OSError:
        os.kill(process_id, 0)
        return True
