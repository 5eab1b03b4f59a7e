#!/bin/sh
# Makes NotoSansSC-Subset.otf and the list of its characters, characters.txt.
#
#   sh subset.sh [NotoSansCJK-Regular.ttc]
#
# Needs python3 and pyftsubset (PyPI: fonttools); on Debian: apt-get install fonts-noto-cjk fonttools
set -eu

cd "$(dirname "$0")"
collection=${1:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}

python3 - > characters.txt <<'PYTHON'
import sys

wanted = set()

# GB 2312: the signs of rows 1 to 9, level 1 and level 2 of the hanzi (rows 16 to 87).
for row in range(1, 95):
    for cell in range(1, 95):
        try:
            wanted.update(bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312"))
        except UnicodeDecodeError:
            pass


def span(first, last):
    wanted.update(map(chr, range(first, last + 1)))


span(0x0020, 0x007E)  # ASCII
span(0x00A0, 0x00FF)  # Latin-1
wanted.discard("\u00AD")  # soft hyphen, never drawn
span(0x2010, 0x2027)  # dashes, quotation marks, ellipsis
span(0x2030, 0x203B)  # per mille, primes, angle quotation marks, reference mark
span(0x2190, 0x2199)  # arrows
wanted.update("↩↪↵⇄⇅⇆⇒⇔⏎␀")
span(0x2400, 0x2426)  # control pictures
span(0x2500, 0x2502)  # box drawing, light
wanted.update("┌┐└┘├┤┬┴┼╭╮╯╰╴╵╶╷")
wanted.update("●○◆◇■□▲△▶▷▼▽◀◁◉◎★☆")
wanted.update("✓✔✕✖✗✘")
wanted.update("−∞≈≠≤≥√∑∴∵⌘⚠�￼€™ℹ")
span(0x3000, 0x301F)  # CJK punctuation
span(0xFF01, 0xFF5E)  # fullwidth forms
span(0xFFE0, 0xFFE6)  # fullwidth currency signs

listed = sorted(wanted)
width = 64
sys.stdout.reconfigure(encoding="utf-8", newline="\n")
for start in range(0, len(listed), width):
    print("".join(listed[start : start + width]))
PYTHON

pyftsubset "$collection" \
    --font-number=2 \
    --text-file=characters.txt \
    --layout-features='' \
    --no-hinting \
    --output-file=NotoSansSC-Subset.otf

python3 - <<'PYTHON'
from fontTools.ttLib import TTFont

covered = TTFont("NotoSansSC-Subset.otf").getBestCmap()
with open("characters.txt", encoding="utf-8") as file:
    listed = set(file.read()) - {"\n"}
absent = sorted(ord(one) for one in listed if ord(one) not in covered)
print(len(covered), "characters in the font")
print("Asked for but not in the collection:", *(f"U+{code:04X}" for code in absent))
PYTHON
