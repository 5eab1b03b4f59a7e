#!/usr/bin/env python3
"""Compares the server with its peers in one run and prints ratios.

    cargo build --release --features frame-log && cargo build --release --example echo_load && benches/serve.py [--seconds N] [--rounds N] [--only NAME]

Files: requests a second for 1 KiB over 50 kept connections and with a new one for each, driven by wrk, and a download of 1 GiB by
curl, beside Debian's nginx with one worker and without a log. Of each connection 64 KiB are kept, the heads of all messages up to their
bound, and everything is counted; for comparison also with 16 MiB, as usual, so that all bytes go into temporary files. Echo: round trips and connections a second over 50 connections, driven
by examples/echo_load.rs, beside ncat, socat and the tutorial's threaded server in Python; and bytes a second of one stream, beside the
latter; everything is recorded meanwhile.
Window: what a frame of 1920 x 1080 costs while 5,000 connections are echoed without a pause, in processor time of the window's thread.
Idle: 10,000 connections, each echoed once: how long that takes with default options, and the memory they need.

The rounds alternate between the servers, and medians are taken. Needs nginx, wrk, ncat, socat, curl, Xvfb and xdotool
(Debian: nginx-light wrk ncat socat curl xvfb xdotool). A figure with a budget is followed by "ok" or "MISSED". If one is missed, the script ends with 1 when all are
printed; --no-fail lets it end with 0.
"""
import argparse, os, re, resource, shutil, signal, socket, subprocess, sys, tempfile, time
from statistics import median

from compare import Display, Window

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "..", "target"))
SCOPE = os.path.join(TARGET, "release", "socketscope")
LOAD = os.path.join(TARGET, "release", "examples", "echo_load")
missed = []

NGINX = """
user root; daemon off; worker_processes 1; pid %(folder)s/nginx.pid; error_log %(folder)s/error.log;
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; client_body_temp_path %(folder)s/b;
  proxy_temp_path %(folder)s/p; fastcgi_temp_path %(folder)s/f; uwsgi_temp_path %(folder)s/u; scgi_temp_path %(folder)s/s;
  server { listen 127.0.0.1:%(port)d backlog=4096; root %(folder)s/www; } }
"""

# The tutorial's server, with a thread for each client, answering with what it got.
PYTHON = """
import socket, sys, threading
def tcplink(sock, addr):
    while True:
        data = sock.recv(1024)
        if not data: break
        sock.send(data)
    sock.close()
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', int(sys.argv[1])))
s.listen(4096)
while True:
    sock, addr = s.accept()
    threading.Thread(target=tcplink, args=(sock, addr)).start()
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Serving:
    """A server as a child process, until it listens."""

    def __init__(self, name, command, port):
        self.name, self.address = name, "127.0.0.1:%d" % port
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise SystemExit("%s does not listen" % name)

    def peak_memory(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def scope(what, name="socketscope", keep="16M"):
    port = free_port()
    how = ["--bind", "127.0.0.1:%d" % port, "--quiet", "--keep", keep]
    return Serving(name, [SCOPE, "serve", *what, *how], port)


def nginx(folder):
    port = free_port()
    with open(folder + "/nginx.conf", "w") as file:
        file.write(NGINX % {"folder": folder, "port": port})
    return Serving("nginx", ["/usr/sbin/nginx", "-c", folder + "/nginx.conf", "-p", folder], port)


def echo_peers():
    port = free_port()
    yield Serving("ncat", ["ncat", "-lk", "127.0.0.1", str(port), "--max-conns", "4096", "-e", "/bin/cat"], port)
    port = free_port()
    yield Serving("socat", ["socat", "TCP-LISTEN:%d,bind=127.0.0.1,reuseaddr,fork,backlog=4096" % port, "EXEC:cat"], port)
    port = free_port()
    yield Serving("python", [sys.executable, "-c", PYTHON, str(port)], port)


def rate(command):
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def wrk(address, seconds, fields=()):
    command = ["wrk", "-t1", "-c50", "-d%ds" % seconds, "http://%s/small.html" % address]
    for field in fields:
        command += ["-H", field]
    out = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        print(out)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def download(address):
    begun = time.monotonic()
    subprocess.run(["curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "http://%s/large.bin" % address], check=True)
    return 1 / (time.monotonic() - begun)


def judge(what, is_met):
    if not is_met:
        missed.append(what)
    return "ok" if is_met else "MISSED"


def compare(what, unit, servers, measure, rounds, least=None):
    """Prints the medians of `measure` and our share of the best peer."""
    found = {server.name: [] for server in servers}
    for _ in range(rounds):
        for server in servers:
            found[server.name].append(measure(server.address))
    print(what)
    medians = {name: median(all_of_it) for name, all_of_it in found.items()}
    ours = medians.pop("socketscope")
    print("  %-12s %12.1f %s" % ("socketscope", ours, unit))
    for name, theirs in medians.items():
        share = ours / theirs
        is_ours = name == "keeping all"
        verdict = "" if least is None or is_ours else " (at least %.2f) %s" % (least, judge("%s, %s" % (what, name), share >= least))
        print("  %-12s %12.1f %s: we reach %.2f of it%s" % (name, theirs, unit, share, verdict))


def files(folder, seconds, rounds):
    os.mkdir(folder + "/www")
    with open(folder + "/www/small.html", "wb") as file:
        file.write(b"<p>" + b"x" * 1021)
    with open(folder + "/www/large.bin", "wb") as file:
        for _ in range(1024):
            file.write(os.urandom(1 << 20))
    what = ["files", folder + "/www"]
    servers = [scope(what, keep="64K"), nginx(folder), scope(what, name="keeping all")]
    try:
        compare("1 KiB over 50 kept connections", "requests/s", servers, lambda at: wrk(at, seconds), rounds, 1.0)
        closing = ["Connection: close"]
        compare("1 KiB, a connection each", "requests/s", servers, lambda at: wrk(at, seconds, closing), rounds, 0.6)
        compare("1 GiB", "GiB/s", servers, download, rounds, 0.8)
        print("  peak memory of socketscope meanwhile: %.0f MiB" % servers[0].peak_memory())
    finally:
        for server in servers:
            server.stop()


def echo(seconds, rounds):
    servers = [scope(["echo"]), *echo_peers()]
    try:
        for what in ["trips", "connections"]:
            measure = lambda at: rate([LOAD, at, what, "50", str(seconds)])
            compare("echo, %s" % what, what + "/s", servers, measure, rounds, 1.0)
        alone = [server for server in servers if server.name in ("socketscope", "python")]
        measure = lambda at: rate([LOAD, at, "bulk", "1", str(seconds)]) / (1 << 20)
        compare("echo, one stream", "MiB/s", alone, measure, rounds, 1.0)
    finally:
        for server in servers:
            server.stop()


def idle():
    count = 10_000
    print("%d connections, each echoed once" % count)
    server = scope(["echo"])
    try:
        load = subprocess.Popen([LOAD, server.address, "idle", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        took = float(load.stdout.readline())
        memory = server.peak_memory()
        load.stdin.close()
        load.wait()
    finally:
        server.stop()
    print("  %.2f s (under 3) %s" % (took, judge("time of 10,000", took < 3)))
    print("  %.0f MiB (under 250) %s" % (memory, judge("memory of 10,000", memory < 250)))


def window(folder, seconds):
    count, port, log = 5_000, free_port(), os.path.join(folder, "frames")
    display = Display(folder, 1920, 1080)
    server = {"port": port, "responder": "echo", "backlog": 4096}
    shown = Window(display, folder, more={"SOCKETSCOPE_FRAME_LOG": log}, settings={"language": "en", "server": server})
    # The switch to the server, and Listen.
    shown.hand("mousemove", "206", "19", "click", "1")
    time.sleep(0.5)
    shown.press("F5")
    begun = time.monotonic()
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        if time.monotonic() - begun > 20:
            raise SystemExit("the window does not listen")
        time.sleep(0.05)
    with open(log) as file:
        before = len(file.readlines())
    trips = rate([LOAD, "127.0.0.1:%d" % port, "trips", str(count), str(seconds)])
    with open(log) as file:
        rows = re.findall(r"state ([\d.]+) ms\tdraw ([\d.]+) ms\tframe ([\d.]+) ms", "".join(file.readlines()[before:]))
    memory = shown.status("VmHWM") / 1024
    shown.close()
    display.close()
    print("a window with %d connections, %.0f trips/s, %d frames" % (count, trips, len(rows)))
    own, whole = sorted(float(state) + float(draw) for state, draw, _ in rows), sorted(float(frame) for *_, frame in rows)
    for name, share in [("half of the frames", 0.5), ("19 of 20", 0.95), ("99 of 100", 0.99)]:
        at = min(len(own) - 1, int(len(own) * share))
        verdict = judge("window, " + name, own[at] < 8)
        print("  %-20s %6.2f ms (under 8) %s; %.2f ms with software OpenGL" % (name, own[at], verdict, whole[at]))
    print("  peak memory of the window: %.0f MiB" % memory)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["files", "echo", "window", "idle"])
    parser.add_argument("--no-fail", action="store_true")
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for program in ["/usr/sbin/nginx", "wrk", "ncat", "socat", "curl", "Xvfb", "xdotool"]:
        if not shutil.which(program):
            raise SystemExit("%s is missing" % program)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.only in (None, "files"):
            files(folder, arguments.seconds, arguments.rounds)
    if arguments.only in (None, "echo"):
        echo(arguments.seconds, arguments.rounds)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.only in (None, "window"):
            window(folder, max(arguments.seconds, 8))
    if arguments.only in (None, "idle"):
        idle()
    if missed and not arguments.no_fail:
        raise SystemExit("missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
