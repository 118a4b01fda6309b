package picture

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed font/regular.ttf
var regularTTF []byte

//go:embed font/bold.ttf
var boldTTF []byte

var (
	regular = sync.OnceValue(func() *sfnt.Font { return mustParse(regularTTF) })
	bold    = sync.OnceValue(func() *sfnt.Font { return mustParse(boldTTF) })
)

// mustParse is for fonts that are part of the program.
func mustParse(ttf []byte) *sfnt.Font {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(err)
	}
	return f
}

// face is a font at one size. It is for one goroutine.
type face struct {
	font *sfnt.Font
	size fixed.Int26_6 // of an em
	buf  sfnt.Buffer

	// In pixels.
	leading   int // from line to line
	baseline  int // below the top of a line
	xHeight   int
	capHeight int
}

func newFace(f *sfnt.Font, size, leading int) *face {
	a := &face{font: f, size: fixed.I(size), leading: leading}
	a.xHeight, a.capHeight = a.height('x'), a.height('H')
	a.baseline = (leading + a.capHeight) / 2
	return a
}

func (f *face) height(r rune) int {
	g, _ := f.font.GlyphIndex(&f.buf, r)
	b, _, err := f.font.GlyphBounds(&f.buf, g, f.size, font.HintingNone)
	if err != nil {
		panic(err) // the font is part of the program
	}
	return (b.Max.Y - b.Min.Y).Round()
}

// maxRunes of a text are looked at: more than three lines of the thinnest letters.
const maxRunes = 600

// readable is what can be drawn of s. White space of any kind and length becomes one space, which may hold
// words together if all of it did. Letters and digits that the font lacks stay, and are drawn as a box;
// of anything else that it lacks (emoji, marks, controls) nothing is left.
func (f *face) readable(s string) string {
	var b strings.Builder
	n, gap := 0, rune(0)
	for _, r := range s {
		if unicode.IsSpace(r) {
			if holds := r == '\u00a0' || r == '\u202f'; !holds {
				gap = ' '
			} else if gap == 0 {
				gap = r
			}
			continue
		}
		if unicode.Is(unicode.Cf, r) || !unicode.IsLetter(r) && !unicode.IsNumber(r) && !f.has(r) {
			continue
		}
		if n++; n > maxRunes {
			break
		}
		if gap != 0 && n > 1 {
			b.WriteRune(gap)
		}
		gap = 0
		b.WriteRune(r)
	}
	return b.String()
}

func (f *face) has(r rune) bool {
	g, err := f.font.GlyphIndex(&f.buf, r)
	return err == nil && g != 0
}

// pen goes along a line, glyph by glyph.
type pen struct {
	face *face
	x    fixed.Int26_6
	last sfnt.GlyphIndex // 0 before the first
}

// next is where r is drawn; the pen is then behind it.
func (p *pen) next(r rune) (g sfnt.GlyphIndex, x fixed.Int26_6) {
	f := p.face
	g, _ = f.font.GlyphIndex(&f.buf, r)
	if p.last != 0 {
		kern, err := f.font.Kern(&f.buf, p.last, g, f.size, font.HintingNone)
		if err == nil {
			p.x += kern
		}
	}
	advance, err := f.font.GlyphAdvance(&f.buf, g, f.size, font.HintingNone)
	x = p.x
	if err == nil {
		p.x += advance
	}
	p.last = g
	return g, x
}

// width of s in pixels.
func (f *face) width(s string) int {
	p := pen{face: f}
	for _, r := range s {
		p.next(r)
	}
	return p.x.Ceil()
}

// wrap breaks a readable s into at most most lines, width pixels wide. What is left over is cut, with
// "…" at its end.
func (f *face) wrap(s string, width, most int) []string {
	var lines []string
	for s != "" {
		head, rest := f.line(s, width)
		if rest != "" && len(lines) == most-1 {
			head, _ = f.line(s, width-f.width("…"))
			head, rest = strings.TrimRight(head, " \u00a0\u202f.,;:·-–—(„“«/")+"…", ""
		} else if trimmed := strings.TrimRight(head, " ·"); rest != "" && trimmed != "" {
			head = trimmed // the end of the line separates well enough
		}
		lines = append(lines, head)
		s = rest
	}
	return lines
}

// line takes one line off s: as many words as fit, or else as many letters, and one at least.
func (f *face) line(s string, width int) (head, rest string) {
	p := pen{face: f}
	end, next := 0, 0 // where it may be broken: s[:end] | white space | s[next:]
	for at, r := range s {
		if r == ' ' {
			end, next = at, at+1
		}
		if p.next(r); p.x.Ceil() > width && r != ' ' {
			if next == 0 {
				end = at
				if at == 0 {
					end = len(string(r))
				}
				next = end
			}
			return s[:end], s[next:]
		}
		if strings.ContainsRune("-‐–—/", r) {
			end = at + len(string(r))
			next = end
		}
	}
	return s, ""
}
