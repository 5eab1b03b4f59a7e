#!/usr/bin/env python3
"""A window that receives a very large reply at full speed while it is scrolled, searched and looked at in each tab: what a frame
costs, how long it takes, how much memory it needs, how soon it answers a key or the wheel; beside `get` in the same run.

    cargo build --release --features frame-log && benches/live.py [--size MiB] [--recv-size N] [--nginx] [--check]

The window is 1920 x 1080 under Xvfb, drawn by the processor. It writes its frame times itself (SOCKETSCOPE_FRAME_LOG): the processor
time of the window's thread from one frame to the next, drawing included. How soon it answers is measured in a run of its own: from
just before a key or a turn of the wheel is handed to xdotool until the first frame that answers an event is on the screen.

If the reply did not arrive whole or hardly a frame was drawn meanwhile, the script ends with an error. When all figures are printed,
it ends with 1 if a budget was MISSED; with --check, which is for machines of unknown speed, missed budgets are only told.
"""
import argparse, bisect, glob, itertools, os, re, shutil, signal, socket, subprocess, sys, tempfile, time

from compare import MIB, SCOPE, Display, Plain, Server, Used, Window, figure, finish

TABS = ["Head", "Body", "Bytes", "Timing"]
# What is asked of the window, over the calls and in each tab, to see how soon it answers.
# Where the list of the calls is in a window of this size, and the views beside it.
CALLS, VIEWS = ("700", "260"), ("1500", "800")
QUESTIONS = ["click 4", "key ctrl+1", "key Tab", "click 5", "key ctrl+2", "click 4", "key ctrl+3", "key Tab", "click 5", "key ctrl+4"]


class Nginx:
    """Debian's nginx, serving one large file."""

    def __init__(self, folder, size):
        with open(os.path.join(folder, "index.html"), "wb") as file:
            line = b"the quick brown fox jumps over the lazy dog %08d\n"
            block = b"".join(line % i for i in range(MIB // len(line % 0) + 1))[:MIB]
            for _ in range(size // MIB):
                file.write(block)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address, conf = "127.0.0.1:%d" % port, os.path.join(folder, "nginx.conf")
        with open(conf, "w") as file:
            file.write("daemon off; master_process off; pid %s/pid; error_log %s/error.log;\nevents {}\n" % (folder, folder))
            file.write("http { access_log off; sendfile on; default_type text/plain;\n")
            for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]:
                file.write("%s_temp_path %s/%s;\n" % (kind, folder, kind))
            file.write("server { listen %s; root %s; } }\n" % (self.address, folder))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", conf, "-p", folder], stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                return socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.01)
        sys.exit("nginx did not start")

    def close(self):
        self.process.terminate()
        self.process.wait()


def spooled(window):
    """The size of the largest file that the program has open and that has no name: the spool of what it receives."""
    sizes = [0]
    for name in glob.glob("/proc/%d/fd/*" % window.process.pid):
        try:
            sizes.append(os.stat(name).st_size)
        except OSError:
            pass
    return max(sizes)


class Left:
    """Nobody: the window is left alone."""

    def __init__(self, window):
        pass

    def step(self):
        time.sleep(0.05)

    def close(self):
        pass


class Hands:
    """A person, who does one thing after the other: looks at a tab, scrolls the calls or what is below, searches."""

    def __init__(self, window):
        self.window, self.number = window, 0

    def step(self):
        window, (tab, number) = self.window, divmod(self.number, 6)
        tab = tab % len(TABS)
        self.number += 1
        if number == 0:
            window.press("ctrl+%d" % (tab + 1))
        elif number == 1:
            window.hand("mousemove", *CALLS, "click", "--repeat", "20", "--delay", "5", "4")
        elif number == 2:
            window.hand("mousemove", *VIEWS, "click", "--repeat", "20", "--delay", "5", "5")
        elif number == 3:
            window.press("End")
        elif number == 4 and TABS[tab] == "Bytes":
            window.press("ctrl+f")
            window.hand("type", "--delay", "10", "lazy")
        else:
            window.hand("mousemove", *CALLS, "click", "--repeat", "20", "--delay", "5", "5")

    def close(self):
        """All of it once more, now that everything is there."""
        self.number = 0
        for _ in range(6 * len(TABS)):
            self.step()


class Questions:
    """Keys and turns of the wheel, each by itself, through one xdotool that waits for them: its start takes no part of the time."""

    def __init__(self, window):
        window.hand("mousemove", *CALLS)
        self.process = subprocess.Popen(["xdotool", "-"], env=window.environment, stdin=subprocess.PIPE, text=True)
        # The answer to the mouse is none to the first question.
        time.sleep(0.3)
        self.words, self.moments, self.count = itertools.cycle(QUESTIONS), [], 0

    def step(self):
        self.moments.append(time.monotonic_ns())
        print(next(self.words), file=self.process.stdin, flush=True)
        # Of different lengths, so that questions fall anywhere between two frames.
        time.sleep(0.15 + len(self.moments) * 7 % 10 / 100)

    def close(self):
        """The same again, now that everything is there and the window at rest."""
        self.count = len(self.moments)
        time.sleep(1)
        for _ in range(20):
            self.step()
        time.sleep(0.5)
        self.process.stdin.close()
        self.process.wait()

    def waits(self, answers):
        """How long the questions waited for the first frame that answers anything and ended after them, in ms: those that were asked
        while the reply arrived, and those at rest."""
        later = [answers[bisect.bisect(answers, moment):] for moment in self.moments]
        waits = [(ends[0] - moment) / 1e6 if ends else float("inf") for moment, ends in zip(self.moments, later)]
        return sorted(waits[:self.count]), sorted(waits[self.count:])


class Frames:
    """What the log says of the frames."""

    def __init__(self, log):
        with open(log) as file:
            line = r"^at .*state ([\d.]+) ms\tdraw ([\d.]+) ms\tframe ([\d.]+) ms\tinputs (\d+)\tend (\d+) ns$"
            rows = re.findall(line, file.read(), re.M)
        # What the program's own halves took, in ms, and with OpenGL's share of the window's thread; without the first frames, which
        # build the window.
        self.own = sorted(float(state) + float(draw) for state, draw, *_ in rows[10:])
        self.whole = sorted(float(frame) for _, _, frame, *_ in rows[10:])
        # When those that answer something were on the screen.
        self.answers = [int(end) for *_, inputs, end in rows if int(inputs) > 0]


class Run:
    """One window that receives everything while `worker` works it: how long, how much memory, how much came, its frames."""

    def __init__(self, folder, server, size, recv_size, worker):
        log, display = os.path.join(folder, "frames"), Display(folder, 1920, 1080)
        window = Window(display, folder, server.address, recv_size, {"SOCKETSCOPE_FRAME_LOG": log})
        begun = time.monotonic()
        window.press("F5")
        self.worker = worker(window)
        while (came := spooled(window)) < size and window.process.poll() is None and time.monotonic() - begun < 600:
            self.worker.step()
        self.seconds, self.came = time.monotonic() - begun, came
        self.memory = window.status("VmHWM") / 1024
        self.worker.close()
        window.process.send_signal(signal.SIGTERM)
        window.process.wait()
        display.close()
        self.frames = Frames(log)


def answered(waits, at_rest):
    print("  %d keys and turns of the wheel, from just before xdotool until the answer was on the screen" % len(waits))
    for name, share in [("half of them", 0.5), ("19 of 20", 0.95), ("the slowest", 1)] if waits else []:
        figure(name, waits[min(len(waits) - 1, int(len(waits) * share))], "ms", 50)
    print("  %-36s %8.3f ms" % ("half of them, of a window at rest", at_rest[len(at_rest) // 2]))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--size", type=int, default=10240, help="MiB to receive")
    arguments.add_argument("--recv-size", type=int, default=1024)
    arguments.add_argument("--nginx", action="store_true", help="take Debian's nginx as the server")
    arguments.add_argument("--check", action="store_true", help="end with 0 although a budget was missed, if all arrived")
    chosen = arguments.parse_args()
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        sys.exit("Xvfb and xdotool are needed")
    size = chosen.size * MIB
    with tempfile.TemporaryDirectory() as folder:
        server = Nginx(folder, size) if chosen.nginx else Server(Plain(size))
        file = os.path.join(folder, "body")
        get = [SCOPE, "get", "http://%s/" % server.address, "--save", file, "--recv-size", str(chosen.recv_size)]
        alone = Used(get).seconds
        os.remove(file)
        left, worked, asked = [Run(folder, server, size, chosen.recv_size, worker) for worker in [Left, Hands, Questions]]
        server.close()
    own, whole = worked.frames.own, worked.frames.whole
    print("\n%d MiB at %d bytes a recv, 1920 x 1080, %d frames" % (chosen.size, chosen.recv_size, len(own)))
    came = min(run.came for run in [left, worked, asked])
    if came < size or len(own) < 20:
        sys.exit("%d of %d bytes arrived, and %d frames were drawn" % (came, size, len(own)))
    for name, share in [("half of the frames", 0.5), ("19 of 20 frames", 0.95), ("99 of 100 frames", 0.99)]:
        at = min(len(own) - 1, int(len(own) * share))
        figure(name + ", state and layout", own[at], "ms", 4 if share < 0.99 else 8)
        print("  %-36s %8.3f ms" % ("the same with software OpenGL", whole[at]))
    answered(*asked.worker.waits(asked.frames.answers))
    figure("peak resident memory", max(run.memory for run in [left, worked, asked]), "MiB", 200)
    print("  %-36s %8.3f s; %.3f s left alone; %.3f s by get --save" % ("received in", worked.seconds, left.seconds, alone))
    figure("left alone, of the time of get", left.seconds / alone, "", 1.1)
    finish(chosen.check)


if __name__ == "__main__":
    main()
