#!/usr/bin/env python3
"""A window that receives a very large reply at full speed while it is scrolled, searched and looked at in each tab: what a frame
costs, how long it takes, how much memory it needs; beside `get` in the same run.

    cargo build --release && benches/live.py [--size MiB] [--recv-size N] [--nginx] [--check]

The window is 1920 x 1080 under Xvfb, drawn by the processor. It writes its frame times itself (SOCKETSCOPE_FRAME_LOG): the processor
time of the window's thread from one frame to the next, drawing included.

If the reply did not arrive whole or hardly a frame was drawn meanwhile, the script ends with an error. When all figures are printed,
it ends with 1 if a budget was MISSED; with --check, which is for machines of unknown speed, missed budgets are only told.
"""
import argparse, glob, os, re, shutil, signal, socket, subprocess, sys, tempfile, time

from compare import MIB, SCOPE, Display, Plain, Server, Used, Window, figure, finish

TABS = ["Head", "Body", "Bytes", "Timing"]


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


def hands(window, step):
    """One thing that a person does: looks at a tab, scrolls the calls or what is below, searches."""
    tab = step // 6 % len(TABS)
    if step % 6 == 0:
        window.press("ctrl+%d" % (tab + 1))
    elif step % 6 == 1:
        window.hand("mousemove", "1000", "260", "click", "--repeat", "20", "--delay", "5", "4")
    elif step % 6 == 2:
        window.hand("mousemove", "1000", "800", "click", "--repeat", "20", "--delay", "5", "5")
    elif step % 6 == 3:
        window.press("End")
    elif step % 6 == 4 and TABS[tab] == "Bytes":
        window.press("ctrl+f")
        window.hand("type", "--delay", "10", "lazy")
    else:
        window.hand("mousemove", "1000", "260", "click", "--repeat", "20", "--delay", "5", "5")


def live(folder, server, size, recv_size, has_hands):
    """One window that receives everything, left alone or worked all the while: how long, how much memory, how much came, what each
    frame cost."""
    log, display = os.path.join(folder, "frames"), Display(folder, 1920, 1080)
    window = Window(display, folder, server.address, recv_size, {"SOCKETSCOPE_FRAME_LOG": log})
    begun, step = time.monotonic(), 0
    window.press("F5")
    while (here := spooled(window)) < size and window.process.poll() is None and time.monotonic() - begun < 600:
        hands(window, step) if has_hands else time.sleep(0.05)
        step += 1
    seconds = time.monotonic() - begun
    memory = window.status("VmHWM") / 1024
    for step in range(6 * len(TABS) if has_hands else 0):
        hands(window, step)
    window.process.send_signal(signal.SIGTERM)
    window.process.wait()
    display.close()
    return seconds, memory, here, frames(log)


def frames(log):
    """The costs of the frames in ms, the first ones left out, which build the window: what the program's own halves took, and with
    OpenGL's share of the window's thread."""
    with open(log) as file:
        rows = re.findall(r"^at .*state ([\d.]+) ms\tdraw ([\d.]+) ms\tframe ([\d.]+) ms$", file.read(), re.M)[10:]
    return sorted(float(state) + float(draw) for state, draw, _ in rows), sorted(float(frame) for *_, frame in rows)


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
        seconds, memory, _, _ = live(folder, server, size, chosen.recv_size, False)
        worked, most, here, costs = live(folder, server, size, chosen.recv_size, True)
        server.close()
    own, whole = costs
    print("\n%d MiB at %d bytes a recv, 1920 x 1080, %d frames" % (chosen.size, chosen.recv_size, len(own)))
    if here < size or len(own) < 20:
        sys.exit("%d of %d bytes arrived, and %d frames were drawn" % (here, size, len(own)))
    for name, share in [("half of the frames", 0.5), ("19 of 20 frames", 0.95), ("99 of 100 frames", 0.99)]:
        at = min(len(own) - 1, int(len(own) * share))
        figure(name + ", state and layout", own[at], "ms", 4 if share < 0.99 else 8)
        print("  %-36s %8.3f ms" % ("the same with software OpenGL", whole[at]))
    figure("peak resident memory", max(memory, most), "MiB", 200)
    print("  %-36s %8.3f s; %.3f s left alone; %.3f s by get --save" % ("received in", worked, seconds, alone))
    figure("left alone, of the time of get", seconds / alone, "", 1.1)
    finish(chosen.check)


if __name__ == "__main__":
    main()
