package channel

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Units is the length of s in UTF-16 code units, which is how Telegram and most phones count:
// 1 for a Georgian letter, 2 for most emoji.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += runeUnits(r)
	}
	return n
}

func runeUnits(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// Split cuts text into parts of at most limit UTF-16 code units (at least 2), in order. A text that
// fits is returned as it is; of "" there are no parts.
//
// It cuts after a paragraph, else a line, a sentence, a word, a grapheme (what a reader takes for one
// letter), whichever comes first in this list and leaves a part that is at least a quarter full. Only a
// grapheme longer than limit is cut between its runes. The white space at a cut is dropped, and nothing
// else. Lengths are of valid UTF-8; other bytes count as one unit each and are kept.
func Split(text string, limit int) []string {
	var parts []string
	for text != "" {
		var part string
		part, text = Cut(text, limit)
		if part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Cut takes one part off the front of text, as Split does. head is "" only if text is, or if text is too
// long and starts with white space for a whole part; rest is "" when all is taken.
func Cut(text string, limit int) (head, rest string) {
	limit = max(limit, 2)
	// No rune has more units than bytes, so a short text need not be counted.
	if len(text) <= limit || Units(text) <= limit {
		return text, ""
	}
	c := cutter{text: text, limit: limit}
	at := c.run()
	return text[:at.end], text[at.next:]
}

// The ranks of a place to cut, best first.
const (
	paragraph = iota
	line
	sentence
	word
	grapheme
	ranks
)

// place is where a text may be cut: text[:end] | white space | text[next:].
type place struct{ end, next int }

type cutter struct {
	text  string
	limit int
	best  [ranks]place // the last good place of each rank
	ink   int          // end of the last grapheme that is not white space
	lines int          // line ends since ink
}

// run walks over graphemes until the part is full, then goes back to the best place.
func (c *cutter) run() place {
	rest, state, units := c.text, -1, 0
	for rest != "" {
		cluster, tail, bounds, next := uniseg.StepString(rest, state)
		at := len(c.text) - len(tail)
		blank := strings.TrimSpace(cluster) == ""
		if n := Units(cluster); units+n <= c.limit {
			units += n
		} else if !blank { // white space may hang over: it is dropped
			break
		}
		if blank {
			c.lines += lineEnds(cluster)
		} else {
			c.ink, c.lines = at, 0
		}
		c.note(place{end: c.ink, next: at}, units, bounds)
		rest, state = tail, next
	}
	for _, p := range c.best {
		if p.next > 0 {
			return p
		}
	}
	return c.insideGrapheme()
}

// note remembers p under every rank that it has. The ranks above grapheme need a part that is not too short.
func (c *cutter) note(p place, units, bounds int) {
	c.best[grapheme] = p
	if units < c.limit/4 {
		return
	}
	if bounds&uniseg.MaskWord != 0 && p.next > p.end {
		c.best[word] = p
	}
	if bounds&uniseg.MaskSentence != 0 {
		c.best[sentence] = p
	}
	if c.lines >= 1 {
		c.best[line] = p
	}
	if c.lines >= 2 {
		c.best[paragraph] = p
	}
}

// insideGrapheme is for a first grapheme that is longer than a whole part.
func (c *cutter) insideGrapheme() place {
	at, units := 0, 0
	for at < len(c.text) {
		r, size := utf8.DecodeRuneInString(c.text[at:])
		if units += runeUnits(r); units > c.limit {
			break
		}
		at += size
	}
	return place{end: at, next: at}
}

func lineEnds(cluster string) int {
	switch cluster {
	case "\n", "\r\n", "\r", "\u0085", "\u2028":
		return 1
	case "\u2029":
		return 2
	}
	return 0
}
