#!/usr/bin/env python3
"""Compares Socketscope with its peers in one run and prints a table of ratios.

    cargo build --release --examples && cargo build --release && benches/compare.py [--quick] [--rounds N]

Fetching: `socketscope get --save` against `curl -o` and against a bare loop of recv calls, from a server on loopback that hands
out bytes from memory. The rounds alternate, so that a busy machine slows all of them, and medians are taken. The loop that gathers
256 KiB before it writes shows what a single thread can reach that keeps the bytes and does nothing else. (The memory of a small
process shows as Python's own, some 15 MiB, since it is measured from the fork on.)
Bodies: the same for replies that have to be unwrapped, beside curl. Needs zstd for bodies in that coding.
Search: the job that the window uses, on a spool that holds the bytes of a file, against `grep -c` on that file, in two locales.
Memory: the peak resident size for a large reply, without a window and (where Xvfb and xdotool are installed) with one.
Window: start to first frame, read from the frame buffer of an Xvfb, and the processor time of a window that stands idle.

A figure with a budget is followed by "ok" or "MISSED". If one is missed, the script ends with 1 when all are printed; --no-fail lets
it end with 0.
"""
import argparse, json, mmap, os, random, re, shutil, signal, socket, struct, subprocess, sys, tempfile, time, zlib
from statistics import median

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "..", "target"))
SCOPE = os.path.join(TARGET, "release", "socketscope")
SEARCH = os.path.join(TARGET, "release", "examples", "search_file")
BARE = os.path.join(TARGET, "release", "examples", "bare_loop")
MIB = 1 << 20
# What missed its budget.
missed = []


class Plain:
    """A body of `size` bytes with a Content-Length."""

    def __init__(self, size):
        self.fields, self.start = "Content-Length: %d" % size, b""
        self.block = os.urandom(MIB)
        self.whole, self.rest = divmod(size, MIB)
        self.end = b""


class Chunked:
    """A body of some `size` bytes in HTTP chunks of `chunk` bytes."""

    def __init__(self, size, chunk):
        self.fields, self.start = "Transfer-Encoding: chunked", b""
        one = b"%x\r\n%s\r\n" % (chunk, os.urandom(chunk))
        self.block = one * max(1, MIB // len(one))
        self.whole, self.rest = size // (chunk * max(1, MIB // len(one))), 0
        self.end = b"0\r\n\r\n"


class Gzipped:
    """A gzip of `size` bytes of text: one block, whose coded form stands by itself, again and again."""

    def __init__(self, size):
        text = text_to_code()
        coder = zlib.compressobj(6, zlib.DEFLATED, -15)
        self.block = coder.compress(text) + coder.flush(zlib.Z_FULL_FLUSH)
        self.whole, self.rest = size // MIB, 0
        check = 0
        for _ in range(self.whole):
            check = zlib.crc32(text, check)
        self.start = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
        self.end = b"\x03\0" + struct.pack("<II", check, size & 0xFFFFFFFF)
        coded = len(self.start) + len(self.block) * self.whole + len(self.end)
        self.fields = "Content-Encoding: gzip\r\nContent-Length: %d" % coded


class Zstandard:
    """`size` bytes of text in zstd: a frame of a mebibyte, again and again."""

    def __init__(self, size):
        self.block = subprocess.run(["zstd", "-q", "-c"], input=text_to_code(), stdout=subprocess.PIPE, check=True).stdout
        self.whole, self.rest = size // MIB, 0
        self.start = self.end = b""
        self.fields = "Content-Encoding: zstd\r\nContent-Length: %d" % (len(self.block) * self.whole)


def text_to_code():
    """A mebibyte of words and numbers."""
    words = b"socket connect send recv accept listen bind close shutdown bytes head body field value".split()
    pick = random.Random(1)
    return b" ".join(pick.choice(words) + b"%d" % pick.randrange(1000) for _ in range(MIB // 8))[:MIB]


class Server:
    """Answers each connection with a head and a body, from a process of its own."""

    def __init__(self, body):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.pid = os.fork()
        if self.pid == 0:
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
            try:
                self.serve(body)
            finally:
                os._exit(0)

    def serve(self, body):
        while True:
            peer, _ = self.socket.accept()
            with peer:
                try:
                    while b"\r\n\r\n" not in peer.recv(65536):
                        pass
                    peer.sendall(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % body.fields.encode() + body.start)
                    for _ in range(body.whole):
                        peer.sendall(body.block)
                    peer.sendall(body.block[:body.rest] + body.end)
                except OSError:
                    pass

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.socket.close()


class Used:
    """What a process used: seconds by the clock, seconds of processor, peak resident MiB."""

    def __init__(self, argv):
        begun = time.monotonic()
        pid = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid
        _, status, usage = os.wait4(pid, 0)
        self.seconds = time.monotonic() - begun
        if status != 0:
            sys.exit("%s ended with %d" % (" ".join(argv), status))
        self.processor = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024


def fetch(folder, size, rounds):
    server, file = Server(Plain(size)), os.path.join(folder, "body")
    url = "http://%s/" % server.address
    scope = lambda recv: [SCOPE, "get", url, "--save", file, "--recv-size", str(recv)]
    runs = {
        "curl -o": ["curl", "-s", "-o", file, url],
        "bare loop, 256 KiB, to a file": [BARE, server.address, "262144", file],
        "socketscope get --save, 256 KiB": scope(262144),
        "bare loop, 1024, thrown away": [BARE, server.address, "1024"],
        "bare loop, 1024, gathered to a file": [BARE, server.address, "1024", file, "262144"],
        "socketscope get --save, 1024": scope(1024),
    }
    used = {name: [] for name in runs}
    for _ in range(rounds):
        for name, argv in runs.items():
            used[name].append(Used(argv))
            os.path.exists(file) and os.remove(file)
    server.close()
    print("\nFetching %d MiB over loopback, medians of %d rounds" % (size // MIB, rounds))
    print("  %-36s %8s %8s %10s %8s" % ("", "seconds", "fastest", "processor", "MiB"))
    for name, all in used.items():
        seconds, processor = [u.seconds for u in all], [u.processor for u in all]
        print("  %-36s %8.3f %8.3f %10.3f %8.1f" % (name, median(seconds), min(seconds), median(processor), all[0].memory))
    ratio("at 256 KiB, of curl -o", used["socketscope get --save, 256 KiB"], used["curl -o"], 1.0)
    ratio("at 1024, of the bare loop", used["socketscope get --save, 1024"], used["bare loop, 1024, thrown away"], 1.35)
    ratio("at 1024, of the loop that gathers", used["socketscope get --save, 1024"], used["bare loop, 1024, gathered to a file"])


def bodies(folder, size, rounds):
    """Bodies that have to be unwrapped: the same bytes must come out of curl and of ours."""
    file = os.path.join(folder, "body")
    kinds = {
        "HTTP chunks of 64 KiB": Chunked(size, 65536),
        "HTTP chunks of 100 bytes": Chunked(size, 100),
        "gzip of text": Gzipped(size),
    }
    budgets = {"zstd of text": 1.2}
    if shutil.which("zstd"):
        kinds["zstd of text"] = Zstandard(size)
    else:
        print("\nwithout zstd, the program, there is no body in that coding")
    print("\nUnwrapping a body of %d MiB, medians of %d rounds" % (size // MIB, rounds))
    for name, body in kinds.items():
        server = Server(body)
        url = "http://%s/" % server.address
        runs = {
            "curl --compressed -o": ["curl", "-s", "--compressed", "-o", file, url],
            "socketscope get --save, 256 KiB": [SCOPE, "get", url, "--save", file, "--recv-size", "262144"],
        }
        used, sizes = {run: [] for run in runs}, set()
        for _ in range(rounds):
            for run, argv in runs.items():
                used[run].append(Used(argv))
                sizes.add(os.path.getsize(file))
                os.remove(file)
        server.close()
        if len(sizes) != 1:
            sys.exit("bodies of different sizes: %s" % sizes)
        print("  %s" % name)
        for run, all in used.items():
            seconds = [u.seconds for u in all]
            print("    %-34s %8.3f %8.3f" % (run, median(seconds), min(seconds)))
        ratio("of curl", used["socketscope get --save, 256 KiB"], used["curl --compressed -o"], budgets.get(name, 1.0))


def text_of_lines():
    """A mebibyte of lines that are alike, some with letters beyond ASCII."""
    pick = random.Random(1)
    words = "socket connect send recv accept listen bind close shutdown bytes head body Größe 长度 value".split()
    line = lambda i: "line %d %s\n" % (i, " ".join(pick.choice(words) for _ in range(8)))
    return "".join(line(i) for i in range(20000)).encode()[:MIB].rpartition(b"\n")[0] + b"\n"


class Searcher:
    """The example that holds a file in a spool and searches it on demand."""

    def __init__(self, file):
        self.process = subprocess.Popen([SEARCH, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def search(self, kind, pattern):
        print(kind, pattern, file=self.process.stdin, flush=True)
        hits, seconds = self.process.stdout.readline().split()
        return int(hits), float(seconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def search(folder, size, rounds):
    """`grep -c` counts lines, the search keeps every hit; the patterns hit a line once at most, so both count the same. None has more
    hits than a search keeps."""
    file, block = os.path.join(folder, "text"), text_of_lines()
    with open(file, "wb") as out:
        for _ in range(size // len(block)):
            out.write(block)
        out.write("the needle of 1234 bytes 草\n".encode())
    size, searcher = os.path.getsize(file), Searcher(file)
    print("\nSearching %d MiB, medians of %d rounds" % (size // MIB, rounds))
    print("  %-26s %10s %9s %9s %9s" % ("", "hits", "seconds", "grep", "grep C"))
    runs = {
        "a rare text": ("text", "needle", ["-F", "needle"]),
        "a rare text in any case": ("case", "NeedLe", ["-i", "-F", "NeedLe"]),
        "a rare Chinese text": ("text", "草", ["-F", "草"]),
        "a text in many lines": ("text", "line 123", ["-F", "line 123"]),
        "the same in any case": ("case", "LINE 123", ["-i", "-F", "LINE 123"]),
        "hex": ("hex", "0x6e 65 65 64 6c", ["-a", "-F", "needl"]),
        "hex with a wildcard": ("hex", "6e 65 ?? 64 6c", ["-a", "ne.dl"]),
        "a rare expression": ("regex", "needle of [0-9]+ bytes", ["-E", "needle of [0-9]+ bytes"]),
        "an expression of many lines": ("regex", "^line 123[0-9]*", ["-E", "^line 123[0-9]*"]),
    }
    locales = {"grep": os.environ.get("LANG") or "C.UTF-8", "grep C": "C"}
    for name, (kind, pattern, options) in runs.items():
        ours, theirs = [], {locale: [] for locale in locales}
        for _ in range(rounds):
            hits, seconds = searcher.search(kind, pattern)
            ours.append(seconds)
            for locale, value in locales.items():
                begun = time.monotonic()
                grep = ["grep", "-c", *options, file]
                found = subprocess.run(grep, env=dict(os.environ, LC_ALL=value), capture_output=True, text=True)
                theirs[locale].append(time.monotonic() - begun)
                if int(found.stdout) != hits:
                    sys.exit("%s: %d hits, but %s lines of grep" % (name, hits, found.stdout.strip()))
        seconds = [median(ours)] + [median(theirs[locale]) for locale in locales]
        print("  %-26s %10d %9.3f %9.3f %9.3f" % (name, hits, *seconds))
        for locale, theirs in zip(locales, seconds[1:]):
            value = seconds[0] / theirs
            verdict = judge("%s, of %s" % (name, locale), value <= 2)
            print("    %-34s %8.2f   (at most 2.00) %s" % ("of " + locale, value, verdict))
    searcher.close()
    os.remove(file)


def judge(what, is_met):
    """How a figure stands to its budget; what is missed is kept for the end."""
    if not is_met:
        missed.append(what)
    return "ok" if is_met else "MISSED"


def ratio(what, ours, theirs, limit=None):
    value = median([u.seconds for u in ours]) / median([u.seconds for u in theirs])
    verdict = "" if limit is None else "(at most %.2f) %s" % (limit, judge(what, value <= limit))
    print("  %-36s %8.2f   %s" % (what, value, verdict))


def figure(what, value, unit, limit):
    print("  %-36s %8.3f %s (under %g) %s" % (what, value, unit, limit, judge(what, value < limit)))


def finish(may_miss):
    """Ends the script: with an error if a budget was missed, unless that may be."""
    if missed:
        print("\nMissed: %s" % "; ".join(missed))
        sys.exit(0 if may_miss else 1)


class Display:
    """An Xvfb whose frame buffer can be read as a file."""

    def __init__(self, folder, width=1280, height=800):
        self.width, self.height = width, height
        self.number, write = os.pipe()
        screen = "%dx%dx24" % (width, height)
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-fbdir", folder, "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        self.name = ":" + os.read(self.number, 16).decode().strip()
        with open(os.path.join(folder, "Xvfb_screen0"), "rb") as file:
            self.pixels = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)

    def picture(self):
        return self.pixels[-self.width * self.height * 4:]

    def close(self):
        self.process.terminate()
        self.process.wait()


class Window:
    """The program in a window, with settings that point its client at `address`, or with those that are given."""

    def __init__(self, display, folder, address=None, recv_size=1024, more={}, settings={}):
        config = tempfile.mkdtemp(dir=folder)
        environment = dict(os.environ, DISPLAY=display.name, SOCKETSCOPE_CONFIG_DIR=config, LIBGL_ALWAYS_SOFTWARE="1", **more)
        environment.pop("WAYLAND_DISPLAY", None)
        if address:
            settings = {"client": {"address": "http://%s/" % address, "recv_size": recv_size}}
        if settings:
            place = {"x": 0, "y": 0, "width": display.width, "height": display.height, "maximized": False}
            with open(os.path.join(config, "settings.json"), "w") as file:
                json.dump({**settings, "window": place}, file)
        self.environment = environment
        blank = display.picture()
        begun = time.monotonic()
        self.process = subprocess.Popen([SCOPE], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The pixels of the ground come before the first frame; a frame has text, thus many colours.
        while len(set(re.findall(rb"(?s)....", display.picture()[: display.width * 40 * 4]))) < 16:
            if self.process.poll() is not None or time.monotonic() - begun > 30:
                sys.exit("no window came")
            time.sleep(0.001)
        self.first_frame = time.monotonic() - begun
        assert display.picture() != blank

    def status(self, key):
        with open("/proc/%d/status" % self.process.pid) as file:
            return int(re.search(key + r":\s+(\d+)", file.read()).group(1))

    def processor(self):
        with open("/proc/%d/stat" % self.process.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def press(self, *keys):
        find = ["xdotool", "search", "--onlyvisible", "--name", "Socketscope$"]
        window = subprocess.run(find, env=self.environment, capture_output=True, check=True).stdout.split()[0].decode()
        self.hand("windowfocus", "--sync", window, "key", *keys)

    def hand(self, *words):
        subprocess.run(["xdotool", *words], env=self.environment, check=True)

    def close(self):
        self.process.terminate()
        self.process.wait()


def memory(folder, size, with_window):
    print("\nPeak resident memory for %d MiB" % (size // MIB))
    server, file = Server(Plain(size)), os.path.join(folder, "body")
    used = Used([SCOPE, "get", "http://%s/" % server.address, "--save", file, "--recv-size", "1024"])
    os.remove(file)
    figure("get --save", used.memory, "MiB", 128)
    if with_window:
        display = Display(folder)
        window = Window(display, folder, server.address)
        before = window.status("VmHWM") / 1024
        busy = window.processor()
        window.press("F5")
        quiet = 0
        while quiet < 2:
            time.sleep(1)
            now = window.processor()
            quiet = quiet + 1 if now - busy < 0.05 and now > 1 else 0
            busy = now
        figure("with a window", window.status("VmHWM") / 1024, "MiB", 128)
        print("  %-36s %8.3f MiB" % ("the same window before the fetch", before))
        window.close()
        display.close()
    server.close()


def window(folder, rounds):
    print("\nWindow under Xvfb, drawn by the processor")
    frames = []
    for _ in range(rounds):
        display = Display(folder)
        shown = Window(display, folder)
        frames.append(shown.first_frame)
        if len(frames) == rounds:
            time.sleep(2)
            before = shown.processor()
            time.sleep(10)
            figure("processor in 10 idle seconds", shown.processor() - before, "s", 0.02)
        shown.close()
        display.close()
    figure("start to first frame, best of %d" % rounds, min(frames), "s", 0.2)
    print("  %-36s %8.3f s" % ("start to first frame, median", median(frames)))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="an eighth of the bytes")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--no-fail", action="store_true", help="end with 0 although a budget was missed")
    arguments.add_argument("--only", choices=["fetch", "bodies", "search", "memory", "window"])
    chosen = arguments.parse_args()
    has_display = bool(shutil.which("Xvfb") and shutil.which("xdotool"))
    share = 8 if chosen.quick else 1
    with tempfile.TemporaryDirectory() as folder:
        if chosen.only in (None, "fetch"):
            fetch(folder, 1024 * MIB // share, chosen.rounds)
        if chosen.only in (None, "bodies"):
            bodies(folder, 1024 * MIB // share, chosen.rounds)
        if chosen.only in (None, "search"):
            search(folder, 1024 * MIB // share, chosen.rounds)
        if chosen.only in (None, "memory"):
            memory(folder, 4096 * MIB // share, has_display)
        if chosen.only in (None, "window") and has_display:
            window(folder, chosen.rounds)
    if not has_display:
        print("\nXvfb or xdotool is not installed: nothing was measured with a window")
    finish(chosen.no_fail)


if __name__ == "__main__":
    main()
