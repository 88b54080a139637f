"""Brokers and load generator as child processes: how they are started on loopback, measured and ended."""

import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARIES = os.path.join(ROOT, "benchmarks", "target", "lib")
CLASSES = os.path.join(ROOT, "benchmarks", "target", "classes")
TICKS = os.sysconf("SC_CLK_TCK")
READY_SECONDS_MAX = 60
END_SECONDS_MAX = 40


class Failed(Exception):
    """Something outside this program does not do what it should; the text is for its user."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat_fields(pid):
    """What follows the name in /proc/PID/stat; index 0 is the state."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        return stat.read().rpartition(")")[2].split()


def cpu_seconds(pid):
    """User and system time of all threads of a process, ended threads and ended children too."""
    fields = stat_fields(pid)
    return sum(int(fields[index]) for index in (11, 12, 13, 14)) / TICKS


def compiler_seconds(pid):
    """The part of it that the threads of a Java virtual machine's compilers took; 0 for anything else."""
    ticks = 0
    for stat in glob.glob(f"/proc/{pid}/task/*/stat"):
        try:
            with open(stat, encoding="ascii", errors="replace") as file:
                _, _, rest = file.read().partition("(")
        except OSError:
            continue
        name, _, fields = rest.rpartition(")")
        if name.startswith(("C1 Compiler", "C2 Compiler")):
            ticks += sum(int(word) for word in fields.split()[11:13])
    return ticks / TICKS


def machine_busy_seconds():
    """CPU time that the whole machine has spent on anything but idling, waiting for disks and its hypervisor."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _iowait, irq, softirq = (int(word) for word in stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS


def memory_mib(pid, row="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith(row + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


def end(process, what):
    """Asks a child to end, and makes sure that it has."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        print(f"{what} (process {process.pid}) did not end within {END_SECONDS_MAX} s and is killed", flush=True)
        process.kill()
        process.wait()


class Millrace:
    """A Millrace broker with a data directory of its own."""

    name = "Millrace"

    def __init__(self, directory, java="java", java_options=(), launched=False):
        """launched: by the launcher, which finds Java in JAVA_HOME, knows what it needs, and builds what is stale."""
        self.launched = launched
        self.data = os.path.join(directory, "millrace-data")
        self.log = os.path.join(directory, "millrace.err")
        self.java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if launched and "JAVA_HOME" in os.environ else java
        self.java_options = list(java_options)
        self.process = None
        self.pid = None
        self.uri = None
        self.start_seconds = 0.0

    def start(self):
        environment = dict(os.environ, MILLRACE_JAVA_OPTS=" ".join(self.java_options))
        begun = time.monotonic()
        with open(self.log, "ab") as errors:
            self.process = subprocess.Popen(
                self.command() + ["start", "--data", self.data, "--amqp-port", "0"],
                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True)
        self.pid = self.process.pid
        for line in self.process.stdout:
            found = re.match(r"ready .*?(amqp://\S+)", line)
            if found:
                self.uri = found.group(1).replace("amqp://", "amqp://guest:guest@")
                self.start_seconds = time.monotonic() - begun
                return
        raise Failed(f"Millrace ended with status {self.process.wait()} before it was ready:\n{tail(self.log)}")

    def command(self):
        if self.launched:
            return [os.path.join(ROOT, "millrace")]
        jar = os.path.join(ROOT, "broker-server", "target", "millrace.jar")
        if not os.path.exists(jar):
            raise Failed(f"there is no {jar}; build it with: mvn -pl broker-server -am package -DskipTests")
        return [self.java, *self.java_options, "-jar", jar]

    def version(self):
        found = subprocess.run([self.java, "-version"], capture_output=True, text=True, check=True)
        return "Millrace on Java " + found.stderr.split('"')[1]

    def kill(self):
        """Ends it as a power cut would, as far as a process can see."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None:
            end(self.process, self.name)


class RabbitMq:
    """A RabbitMQ node of the installed package, with an epmd and directories of its own; no service is touched."""

    name = "RabbitMQ"

    def __init__(self, directory, home="/usr/lib/rabbitmq"):
        self.directory = os.path.join(directory, "rabbitmq")
        found = sorted(glob.glob(os.path.join(home, "lib", "rabbitmq_server-*", "sbin", "rabbitmq-server")))
        if not found or shutil.which("epmd") is None:
            raise Failed(f"no RabbitMQ under {home}, or no epmd on the PATH (Debian: apt install rabbitmq-server)")
        self.server = found[-1]
        self.log = os.path.join(directory, "rabbitmq.err")
        self.epmd = None
        self.process = None
        self.pid = None
        self.uri = None

    def start(self):
        for name in ("home", "mnesia", "log"):
            os.makedirs(os.path.join(self.directory, name))
        plugins = os.path.join(self.directory, "enabled_plugins")
        with open(plugins, "w", encoding="ascii") as file:
            file.write("[].\n")
        config = os.path.join(self.directory, "rabbitmq.conf")
        port, distribution, names = free_port(), free_port(), free_port()
        with open(config, "w", encoding="ascii") as file:
            file.write(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": os.path.join(self.directory, "home"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(names),
            "RABBITMQ_NODENAME": f"compare{os.getpid()}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": os.path.join(self.directory, "mnesia"),
            "RABBITMQ_LOG_BASE": os.path.join(self.directory, "log"),
            "RABBITMQ_PID_FILE": os.path.join(self.directory, "pid"),
            "RABBITMQ_CONFIG_FILE": config,
            "RABBITMQ_CONF_ENV_FILE": os.path.join(self.directory, "no-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": plugins,
        }
        with open(self.log, "ab") as errors:
            # Started here and not by the node: a node's own epmd outlives it, as nobody's child.
            self.epmd = subprocess.Popen(["epmd", "-port", str(names), "-address", "127.0.0.1"],
                                         env=environment, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
            self.process = subprocess.Popen([self.server], env=environment, cwd=self.directory,
                                            stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not self.is_ready(port, environment["RABBITMQ_PID_FILE"]):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"RabbitMQ was not ready within {READY_SECONDS_MAX} s:\n{tail(self.log)}")
            time.sleep(0.2)
        self.uri = f"amqp://guest:guest@127.0.0.1:{port}"

    def is_ready(self, port, pid_file):
        try:
            with socket.create_connection(("127.0.0.1", port), 1), open(pid_file, encoding="ascii") as file:
                self.pid = int(file.read())
                return True
        except (OSError, ValueError):
            return False

    def version(self):
        return "RabbitMQ " + re.search(r"rabbitmq_server-([^/]+)", self.server).group(1)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            if self.pid is not None:
                try:
                    os.kill(self.pid, signal.SIGTERM)
                    self.process.wait(END_SECONDS_MAX)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    pass
            end(self.process, self.name)
        if self.epmd is not None:
            end(self.epmd, "epmd")


def tail(path, bytes_max=2000):
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - bytes_max))
        return file.read().decode(errors="replace")


def fetch_libraries():
    """The load generator and what it needs, through Maven; builds this folder's own classes too."""
    newest = max(os.path.getmtime(path) for path in glob.glob(
        os.path.join(ROOT, "benchmarks", "**", "*.java"), recursive=True) + [os.path.join(ROOT, "benchmarks", "pom.xml")])
    if os.path.isdir(LIBRARIES) and os.path.isdir(CLASSES) and os.path.getmtime(CLASSES) >= newest:
        return
    if shutil.which("mvn") is None:
        raise Failed("no mvn on the PATH; it fetches the load generator (Debian: apt install maven)")
    built = subprocess.run(["mvn", "-q", "-B", "package"], cwd=os.path.join(ROOT, "benchmarks"),
                           stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if built.returncode != 0:
        raise Failed(f"mvn package in benchmarks/ failed:\n{built.stdout[-3000:]}{built.stderr[-1000:]}")
    os.utime(CLASSES)
