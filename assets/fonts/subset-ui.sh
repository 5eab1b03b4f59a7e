#!/bin/sh
# Makes NotoSansSC-Latin.ttf and NotoSansSC-SemiBold.ttf from a folder of the npm package @fontsource/noto-sans-sc:
#
#   npm pack @fontsource/noto-sans-sc@5.3.0 && tar xzf fontsource-noto-sans-sc-5.3.0.tgz
#   sh subset-ui.sh package
#
# Needs python3 and fonttools; on Debian: apt-get install fonttools
set -eu

package=$(realpath "$1")
cd "$(dirname "$0")"
# Punctuation that is drawn full-width or in the middle of the line here (’ “ … ·) is left to the font behind this one.
latin=0020-007E,00A0-00B6,00B8-00FF,2012,2013,2212
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# The semi-bold face has the characters of the program's own texts: only those stand in headings.
cat ../words/*zh-CN.ftl ../lessons/*.toml | LC_ALL=C tr -d '\000-\177' > "$work/texts"
for face in "latin-400 $latin" "latin-600 $latin" "chinese-simplified-600 --text-file=$work/texts"; do
  set -- $face
  case $2 in --*) chosen=$2 ;; *) chosen=--unicodes=$2 ;; esac
  pyftsubset "$package/files/noto-sans-sc-$1-normal.woff" "$chosen" --layout-features='' --no-hinting --output-file="$work/$1.ttf"
done

/usr/bin/python3 - "$work" <<'PYTHON'
import sys
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

work = sys.argv[1]


def save(font, name):
    # Latin letters of this family are large beside those of other families, so they are drawn at 94 %: as large as Ubuntu's, which
    # the window was laid out with. The lines are 1.15 times as high as the type, and the letters stand in their middle.
    hhea, os2 = font["hhea"], font["OS/2"]
    units = font["head"].unitsPerEm
    hhea.ascent, hhea.descent, hhea.lineGap = round(0.935 * units), -round(0.215 * units), 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = hhea.ascent, hhea.descent, 0
    os2.usWinAscent, os2.usWinDescent = hhea.ascent, -hhea.descent
    font.save(name)
    print(name, len(font.getBestCmap()), "characters")


def small(path):
    font = TTFont(path)
    font["head"].unitsPerEm = 1064
    return font


save(small(f"{work}/latin-400.ttf"), "NotoSansSC-Latin.ttf")
latin = small(f"{work}/latin-600.ttf")
scale_upem(latin, 1000)
latin.save(f"{work}/latin.ttf")
save(Merger().merge([f"{work}/latin.ttf", f"{work}/chinese-simplified-600.ttf"]), "NotoSansSC-SemiBold.ttf")
PYTHON
