#!/bin/sh
# Makes regular.ttf and bold.ttf from Debian's fonts-noto-core, with python3-fonttools:
#   apt-get install fonts-noto-core python3-fonttools && sh make.sh
set -eu
export SOURCE_DATE_EPOCH=1608940800 # the day of the fonts, so that the same fonts give the same bytes
cd "$(dirname "$0")"
noto=/usr/share/fonts/truetype/noto
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Latin-1, Latin Extended-A, the letters of Azerbaijani and Romanian that it lacks, basic Cyrillic,
# punctuation, primes, euro, lari, numero, trade mark.
latin=20-7E,A0-17F,18F,259,218-21B,400-45F,490,491,2009-200A,2010-2015,2018-201E,2020-2022,2026,202F,2030,2032,2033,2039,203A,2044,20AC,20BE,2116,2122
georgian=10D0-10FF,1C90-1CBF
arrows=2190-2193
maths=2212,2248,2260,2264,2265
symbols=25A0,25A1,25B2,25B6,25B8,25BA,25BC,25C6,25CB,25CF,2605,2713,2714,2717

# take FONT UNICODES: nothing draws with hints, and Mkhedruli needs no shaping; Latin is kerned.
take() {
  /usr/bin/python3 -m fontTools.subset "$noto/$1.ttf" --unicodes="$2" --output-file="$work/$1-$3.ttf" --layout-features="$4" --layout-scripts=latn \
    --no-hinting --notdef-outline --no-recalc-timestamp --name-IDs=0,1,2,3,4,5,6,7,13,14 --name-languages=1033 --drop-tables+=DSIG,GDEF,GSUB,MATH
}
for style in Regular Bold; do
  take NotoSans-$style $latin $style kern
  take NotoSansGeorgian-$style $georgian $style ''
  take NotoSansSymbols-$style $arrows $style ''
  take NotoSansSymbols2-Regular $symbols $style '' # these two have no bold
  take NotoSansMath-Regular $maths $style ''
  /usr/bin/python3 -m fontTools.merge --output-file="$work/$style.ttf" "$work/NotoSans-$style-$style.ttf" "$work/NotoSansGeorgian-$style-$style.ttf" \
    "$work/NotoSansSymbols-$style-$style.ttf" "$work/NotoSansSymbols2-Regular-$style.ttf" \
    "$work/NotoSansMath-Regular-$style.ttf"
  # once more, to drop glyph names and what merging left over
  /usr/bin/python3 -m fontTools.subset "$work/$style.ttf" --unicodes='*' --output-file="$(echo $style | tr RB rb).ttf" --layout-features=kern --no-hinting \
    --notdef-outline --no-recalc-timestamp --no-glyph-names --name-IDs=0,1,2,3,4,5,6,7,13,14 --name-languages=1033
done
