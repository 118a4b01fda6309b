// Package picture draws the progress of commitments as a PNG: for each one its title, a bar, and its
// state in words. It goes with a digest, on channels that show pictures.
//
// It imports nothing of this module.
//
// Guarantees: a sheet with rows becomes a picture, whatever its texts hold: what the font lacks is left
// out, or is a box if it was a letter. The same sheet gives the same bytes. The picture is Width wide,
// is read at half of that on a phone, and costs a citizen less than MaxBytes: if there is too much to
// show, titles get fewer lines, and in the end fewer rows are shown.
// Nothing is told by colour alone: what changed has a dot and bold words, what is not known has stripes
// and a dash, and every bar has its number.
//
// Why:
//   - The font is our own, not the machine's: the same picture everywhere, and Georgian in any container.
//   - Text is laid out on sfnt and vector directly. opentype.Face kerns by font units, whatever the size.
//   - Each ink has its few shades on white and text is only ever drawn on white, so a pixel's colour is
//     looked up and not blended. Four bits a pixel and no dithering is what deflate likes best. Its highest
//     level would save 2 % of the bytes and take five times as long.
//   - Letters start on whole pixels, which deflate likes too: at this size no reader sees the difference.
//   - The number is beside the bar and not in the words: it stands in one column, and is found at once.
package picture

import (
	"bytes"
	"errors"
	"image/png"
	"strconv"
	"strings"
)

// Sheet is what one picture shows. No-break spaces hold words together.
type Sheet struct {
	Heading string // in bold at the top, "" for none
	Note    string // small at the bottom, such as the source; "" for none
	Rows    []Row  // the first 20 at most are shown, the others counted
}

// Row is one commitment, in the reader's language.
type Row struct {
	Title   string
	State   string // in words; a percentage at its end is written beside the bar instead
	Percent int    // 0 to 100, what is above is 100; below 0: not known
	Changed bool   // since the last digest
}

// Of every picture.
const (
	Width    = 720 // pixels
	MaxBytes = 60_000
)

const (
	margin = 44
	inner  = Width - 2*margin

	barHeight  = 24
	barWidth   = inner - labelWidth
	labelWidth = 108 // "100 %" and the space before it
	dot        = 18  // its diameter
	dotGap     = 12
)

// block is a strip of the picture, as wide as the picture.
type block struct {
	height int
	draw   func(c *canvas, top int) // nil: white
}

// limits say how much of a sheet is shown.
type limits struct{ rows, lines int }

// PNG draws s. It fails if s has no rows.
func PNG(s Sheet) ([]byte, error) {
	if len(s.Rows) == 0 {
		return nil, errors.New("picture: the sheet has no rows")
	}
	l := limits{rows: min(len(s.Rows), 20), lines: 3}
	for {
		picture, err := encode(newTypesetter(l).sheet(s))
		size := len(picture)
		switch {
		case err != nil || size <= MaxBytes || l == limits{1, 1}:
			return picture, err
		case l.lines > 1:
			l.lines--
		default:
			l.rows = max(1, min(l.rows-1, l.rows*MaxBytes/size))
		}
	}
}

func encode(blocks []block) ([]byte, error) {
	height := 0
	for _, b := range blocks {
		height += b.height
	}
	c := newCanvas(Width, height)
	top := 0
	for _, b := range blocks {
		if b.draw != nil {
			b.draw(c, top)
		}
		top += b.height
	}
	var out bytes.Buffer
	err := png.Encode(&out, c.image)
	return out.Bytes(), err
}

// typesetter makes blocks. It is for one goroutine.
type typesetter struct {
	limits
	heading, title, state, strong, note *face
}

func newTypesetter(l limits) *typesetter {
	// At 28 pixels an em, x-height and capitals end on whole pixels: their edges are sharp.
	return &typesetter{
		limits:  l,
		heading: newFace(bold(), 38, 50),
		title:   newFace(bold(), 28, 38),
		state:   newFace(regular(), 28, 38),
		strong:  newFace(bold(), 28, 38),
		note:    newFace(regular(), 26, 36),
	}
}

func space(height int) block { return block{height: height} }

func (t *typesetter) sheet(s Sheet) []block {
	blocks := []block{space(40)}
	if heading := t.text(t.heading, ink, 0, s.Heading, 3); heading != nil {
		blocks = append(blocks, heading...)
		blocks = append(blocks, space(20), rule(), space(32))
	}
	for i, r := range s.Rows {
		if i > 0 {
			blocks = append(blocks, space(40))
		}
		if i == t.rows {
			blocks = append(blocks, t.text(t.title, ink, 0, "+"+strconv.Itoa(len(s.Rows)-t.rows), 1)...)
			break
		}
		blocks = append(blocks, t.row(r)...)
	}
	if note := t.text(t.note, grey, 0, s.Note, 3); note != nil {
		blocks = append(blocks, space(36), rule(), space(20))
		blocks = append(blocks, note...)
	}
	return append(blocks, space(36))
}

func (t *typesetter) row(r Row) []block {
	r.Percent = min(r.Percent, 100)
	words, number := split(t.state.readable(r.State), r.Percent)

	blocks := t.text(t.title, ink, 0, r.Title, t.lines)
	if blocks != nil {
		blocks = append(blocks, space(6))
	}
	blocks = append(blocks, t.bar(r.Percent, number), space(2))

	if !r.Changed {
		return append(blocks, t.text(t.state, ink, 0, words, min(t.lines, 2))...)
	}
	lines := t.text(t.strong, ink, dot+dotGap, words, min(t.lines, 2))
	if lines == nil { // the dot stands alone
		lines = []block{space(t.strong.leading)}
	}
	first := lines[0]
	lines[0].draw = func(c *canvas, top int) {
		// Its middle is in the middle of the small letters.
		middle := top + t.strong.baseline - t.strong.xHeight/2
		c.pill(orange, margin, middle-dot/2, dot, dot)
		if first.draw != nil {
			first.draw(c, top)
		}
	}
	return append(blocks, lines...)
}

// split takes the percentage off the end of a state. number is as the state writes it, which differs
// between languages; it is a dash if percent is not known.
func split(state string, percent int) (words, number string) {
	if percent < 0 {
		return state, "–"
	}
	digits := strconv.Itoa(percent)
	for _, gap := range []string{" ", "\u00a0", "\u202f", ""} {
		number = digits + gap + "%"
		before, ok := strings.CutSuffix(state, number)
		if words = strings.TrimRight(before, " \u00a0\u202f·•,;:-–—"); ok && (words == "" || words != before) {
			return words, number
		}
	}
	return state, digits + "\u00a0%"
}

// text is s in at most most lines, none if it has nothing to show.
func (t *typesetter) text(f *face, colour ramp, indent int, s string, most int) []block {
	var blocks []block
	for _, line := range f.wrap(f.readable(s), inner-indent, most) {
		blocks = append(blocks, block{f.leading, func(c *canvas, top int) {
			c.text(f, colour, margin+indent, top+f.baseline, line)
		}})
	}
	return blocks
}

func (t *typesetter) bar(percent int, number string) block {
	return block{barHeight + 12, func(c *canvas, top int) {
		middle := top + barHeight/2 + 6
		c.text(t.strong, ink, Width-margin-t.strong.width(number), middle+t.strong.capHeight/2, number)
		y := middle - barHeight/2
		if percent < 0 {
			c.stripes(line, margin, y, barWidth, barHeight)
			return
		}
		c.hollow(line, margin, y, barWidth, barHeight)
		if percent > 0 { // the least is a dot: nobody takes it for nothing
			c.pill(blue, margin, y, max(barHeight, barWidth*percent/100), barHeight)
		}
	}}
}

func rule() block {
	return block{edge, func(c *canvas, top int) { c.box(line, margin, top, inner, edge) }}
}
