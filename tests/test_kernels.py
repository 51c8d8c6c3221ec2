"""Forked kernels are real ones: what they do, and how they end, is what ordinary kernels do."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from bilan.build.forkserver import available, forking
from bilan.build.kernels import PrivateKernelManager
from conftest import ROOT, copy_results, run_bilan
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

pytestmark = pytest.mark.skipif(not available(), reason="kernels can only be forked on Linux")


@pytest.fixture(scope="module", params=["fork", "spawn"])
def kind(request):
    """Run a test with each kind of kernel."""
    with forking() if request.param == "fork" else contextlib.nullcontext():
        yield request.param


def run(folder, *cells, **options):
    """Run cells as a notebook by papermill and return what each printed."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=kernel)
    nbformat.write(notebook, folder / "in.ipynb")
    done = execute_notebook(
        folder / "in.ipynb",
        folder / "out.ipynb",
        kernel_manager_class=PrivateKernelManager,
        progress_bar=False,
        **options,
    )
    return ["".join(output.get("text", "") for output in cell.outputs).strip() for cell in done.cells]


def gone(pid: int) -> bool:
    """Wait up to five seconds for the end of a process."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            process.wait(5)
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_nothing_passes_from_one_kernel_to_the_next(kind, tmp_path):
    leave = """
import os, random, sys, warnings, json
import matplotlib, numpy, pandas, bilan, bilan.show.chart
left = 1
pandas.left = bilan.show.chart.left = json.left = 1
matplotlib.rcParams["font.size"] = 77
pandas.set_option("display.max_rows", 7)
warnings.simplefilter("error")
os.environ["LEFT"] = "1"
os.chdir("/")
sys.path.append("/left")
random.seed(1), numpy.random.seed(1)
bilan.show.chart.WIDE = 99
"""
    look = """
import os, random, sys, warnings, json
import matplotlib, numpy, pandas, bilan, bilan.show.chart
print("left" in globals(), hasattr(pandas, "left"), hasattr(json, "left"), matplotlib.rcParams["font.size"] == 77,
      pandas.get_option("display.max_rows") == 7, ("error", None, Warning, None, 0) in warnings.filters,
      "LEFT" in os.environ, os.getcwd() == "/", "/left" in sys.path, bilan.show.chart.WIDE == 99)
"""
    draw = "print(random.random(), numpy.random.random(), __import__('secrets').token_hex(8))"
    run(tmp_path, leave, draw)
    looked, one = run(tmp_path, look, draw)
    assert looked == " ".join(["False"] * 10)
    _, other = run(tmp_path, look, draw)
    assert not set(one.split()) & set(other.split())


def test_a_kernel_is_a_process_of_its_own_without_a_history_file_or_a_port(kind, tmp_path):
    pid, history, transport, folder, threads = run(
        tmp_path,
        "import os; print(os.getpid())",
        "print(get_ipython().history_manager.hist_file)",
        "import ipykernel; print(ipykernel.get_connection_info(unpack=True)['transport'])",
        "print(os.getcwd())",
        "import psutil; print(len(psutil.Process(os.getppid()).threads()))",
    )
    assert gone(int(pid)) and history == ":memory:" and transport == "ipc" and folder == str(Path.cwd())
    if kind == "fork":
        assert threads == "1"  # of the process it was forked from


def test_what_a_cell_prints_and_shows_is_its_own_and_whole(kind, tmp_path):
    said = "import sys; print({0}); print({0}, file=sys.stderr); display({0}); print('x' * 9_000); {0}"
    run(tmp_path, *(part for at in range(12) for part in (said.format(at), f"quiet = {at}", f"print({at})")))
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells

    def printed(outputs: list, name: str) -> str:
        return "".join(output.text for output in outputs if output.get("name") == name)

    for at in range(12):
        loud, quiet, one = (cell.outputs for cell in cells[3 * at : 3 * at + 3])
        assert printed(loud, "stdout") == f"{at}\n{'x' * 9_000}\n" and printed(loud, "stderr") == f"{at}\n"
        shown = [(output.output_type, output.data["text/plain"]) for output in loud if "data" in output]
        assert shown == [("display_data", str(at)), ("execute_result", str(at))]
        assert quiet == [] and printed(one, "stdout") == f"{at}\n"


def test_an_error_is_reported_with_its_cell(kind, tmp_path):
    with pytest.raises(PapermillExecutionError) as caught:
        run(tmp_path, "1", "1 / 0", "2")
    assert (caught.value.ename, caught.value.cell_index) == ("ZeroDivisionError", 1)
    with pytest.raises(PapermillExecutionError) as caught:
        run(tmp_path, "raise SystemExit(3)")
    assert caught.value.ename == "SystemExit"
    with pytest.raises(PapermillExecutionError) as caught:
        run(tmp_path, "1 1")
    assert caught.value.ename == "SyntaxError"


@pytest.mark.parametrize(
    "end",
    [
        "os._exit(3)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.kill(os.getpid(), signal.SIGSEGV)",
    ],
)
def test_a_kernel_that_dies_is_reported(kind, tmp_path, end):
    with pytest.raises(DeadKernelError):
        run(tmp_path, "import os, signal, time", f"{end}; time.sleep(60)")


def test_a_time_limit_ends_a_cell_and_what_it_started(kind, tmp_path):
    (tmp_path / "pids").touch()
    endless = f"""
import os, subprocess
child = subprocess.Popen(["sleep", "1000"])
open({str(tmp_path / "pids")!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
while True: pass
"""
    with pytest.raises(CellTimeoutError):
        run(tmp_path, endless, execution_timeout=2, shutdown_kernel="immediate")
    kernel, child = map(int, (tmp_path / "pids").read_text().split())
    assert gone(kernel) and gone(child)


def test_an_interrupt_stops_a_cell(kind, tmp_path):
    interrupted = """
import os, signal, threading
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
while True: pass
"""
    with pytest.raises(PapermillExecutionError) as caught:
        run(tmp_path, interrupted)
    assert caught.value.ename == "KeyboardInterrupt"


def test_another_environment_gets_an_ordinary_kernel(tmp_path, monkeypatch):
    seen = "import os, time; print(os.getppid(), time.tzname[0])"
    with forking():
        monkeypatch.setenv("TZ", "Africa/Casablanca")
        parent, zone = run(tmp_path, seen)[0].split()
        assert int(parent) != os.getpid() and zone == "+01"  # its parent is the process that forks
        monkeypatch.setenv("PYTHONHASHSEED", "7")
        parent, _ = run(tmp_path, seen)[0].split()
        assert int(parent) == os.getpid()


def test_no_process_is_left_when_the_command_is_killed(edition, checkout, tmp_path):
    copy_results(edition("--lang", "fr"), tmp_path / "results")  # so that the other notebooks are at hand
    path = checkout / "notebooks" / "03_borders.ipynb"
    notebook = nbformat.read(path, as_version=4)
    mark = tmp_path / "running"
    notebook.cells[-2].source = f"import os; open({str(mark)!r}, 'w').write(str(os.getpid()))\nwhile True: pass"
    nbformat.write(notebook, path)
    environment = os.environ | {"BILAN_RESULTS": str(tmp_path / "results"), "PYTHONPATH": str(checkout / "scripts")}
    command = [sys.executable, "-m", "bilan", "build", "--lang", "fr", "--out", str(tmp_path / "site")]
    process = subprocess.Popen(command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL)
    for _ in range(600):
        if mark.exists() and mark.read_text():
            break
        time.sleep(0.1)
    started = psutil.Process(process.pid).children(recursive=True)
    assert int(mark.read_text()) in {one.pid for one in started}
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert all(gone(one.pid) for one in started)


ALONE = """
import os
from multiprocessing.util import get_temp_dir
from bilan.build.forkserver import forking
from bilan.build.kernels import PrivateKernelManager
from papermill.execute import execute_notebook

if __name__ == "__main__":
    with forking():
        done = execute_notebook("in.ipynb", None, kernel_manager_class=PrivateKernelManager, progress_bar=False)
    print(os.getpid(), done.cells[0].outputs[0].text, get_temp_dir())
"""


@pytest.mark.parametrize(
    ("fault", "forked"),
    [
        ("", True),
        ("import threading, time; threading.Thread(target=time.sleep, args=[60], daemon=True).start()", False),
        ("1 / 0", False),
    ],
)
def test_a_module_that_cannot_be_loaded_before_a_fork_costs_nothing_but_time(checkout, tmp_path, fault, forked):
    (checkout / "scripts" / "bilan" / "show" / "faulty.py").write_text(fault)
    temporary = tmp_path / ("a-long-way-to-temporary-files" + "x" * 60)  # longer than the path of a socket may be
    for folder in (temporary, tmp_path / "here"):
        folder.mkdir(parents=True)
    (tmp_path / "script.py").write_text(ALONE)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cell = new_code_cell("import os, ipykernel; print(os.getppid(), ipykernel.get_connection_info(unpack=True)['ip'])")
    nbformat.write(new_notebook(cells=[cell], metadata=kernel), tmp_path / "here" / "in.ipynb")
    (tmp_path / "here" / "pandas.py").write_text("1 / 0")  # nothing is imported from where the command is called
    environment = os.environ | {"PYTHONPATH": str(checkout / "scripts"), "TMPDIR": str(temporary)}
    environment.pop("OPENBLAS_NUM_THREADS", None)
    command = [sys.executable, tmp_path / "script.py"]
    done = subprocess.run(command, cwd=tmp_path / "here", env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    own, parent, sockets, folder = done.stdout.split()
    assert (own != parent) == forked and sockets.startswith("/") and not Path(sockets).parent.exists()
    assert not Path(folder).exists()
    assert list(temporary.iterdir()) == []


def test_asking_for_forks_where_there_are_none_is_refused(monkeypatch, capsys):
    from bilan.__main__ import main
    from bilan.build import forkserver

    monkeypatch.setattr(forkserver.sys, "platform", "darwin")
    assert main(["build", "--kernels", "fork", "--force", "--out", str(ROOT / "no-site")]) == 2
    assert "--kernels fork: expected Linux" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["fork", "spawn"])
def test_a_fault_in_the_data_is_told_in_a_line_and_nothing_is_published(kind, checkout, tmp_path):
    """Where kernels are forked it is found while the first notebooks run, which it may stop, too."""
    ledger = checkout / "data" / "communiques" / "2017.csv"
    ledger.write_text(ledger.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    options = ("build", "--lang", "fr", "--kernels", kind, "--out", str(tmp_path / "site"))
    done = run_bilan(*options, results=tmp_path / "results", root=checkout)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "data/communiques/2017.csv: expected checksum" in done.stderr
    assert not (tmp_path / "site").exists()
