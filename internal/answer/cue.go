package answer

import (
	"strings"

	"ogpbot/internal/answer/georgian"
)

// cue is a pattern of words: every part is met within cueSpan words, in any order, and no bar. In
// writing, parts stand apart by spaces and "!" makes a part a bar; "/" stands between phrases of which
// any will do, "_" between the words of a phrase, "|" between words of which any will do; "*" at the
// end of a word stands for any ending, at its beginning for any beginning.
type cue struct {
	begin       form // what parts begin with: most cues need no second look
	parts, bars []part
}

type (
	part   []phrase // any of them
	phrase []token  // one after another
	token  []form   // any of them
)

type form struct {
	text       string // a folded key
	head, tail bool   // anything may stand before, after
}

const cueSpan = 5

// cues is a list of cues by the first two letters of their first word, because every message is held
// against some thousands of them.
type cues struct {
	by  [256][]cue // by bucket
	any []cue      // begin with any letters
}

func bucket(text string) byte {
	if len(text) < 2 {
		return text[0]
	}
	return text[0]*31 + text[1]*7
}

// parseCues reads cues set apart by commas. Each is filed under every word that it may begin with.
func parseCues(list string) *cues {
	all := &cues{}
	for line := range strings.SplitSeq(list, ",") {
		c := parseCue(line)
		if len(c.parts) == 0 {
			continue
		}
		for _, p := range c.parts[0] {
			for _, f := range p[0] {
				begin := append(phrase{{f}}, p[1:]...)
				all.add(cue{f, append([]part{{begin}}, c.parts[1:]...), c.bars})
			}
		}
	}
	return all
}

func (c *cues) add(one cue) {
	if f := one.begin; f.head || f.text == "" || len(f.text) == 1 && f.tail {
		c.any = append(c.any, one)
	} else {
		b := bucket(f.text)
		c.by[b] = append(c.by[b], one)
	}
}

func parseCue(line string) cue {
	var c cue
	for field := range strings.FieldsSeq(line) {
		field, bar := strings.CutPrefix(field, "!")
		var p part
		for text := range strings.SplitSeq(field, "/") {
			var ph phrase
			for w := range strings.SplitSeq(text, "_") {
				ph = append(ph, parseToken(w))
			}
			p = append(p, ph)
		}
		if bar {
			c.bars = append(c.bars, p)
		} else {
			c.parts = append(c.parts, p)
		}
	}
	return c
}

func parseToken(word string) token {
	var t token
	for w := range strings.SplitSeq(word, "|") {
		head, tail := strings.HasPrefix(w, "*"), strings.HasSuffix(w, "*")
		w = strings.Trim(w, "*")
		t = append(t, form{georgian.Key(w), head, tail})
		if g := gurian.Replace(w); g != w {
			t = append(t, form{georgian.Key(g), head, tail})
		}
	}
	return t
}

// gurian says verbs as in Guria: წაიქცა, მოიტეხა are წეიქცა, მეიტეხა.
var gurian = strings.NewReplacer("აი", "ეი", "ოი", "ეი")

func (t token) matches(key string) bool {
	for _, f := range t {
		if f.matches(key) {
			return true
		}
	}
	return false
}

func (f *form) matches(key string) bool {
	switch {
	case f.head && f.tail:
		return strings.Contains(key, f.text)
	case f.head:
		return strings.HasSuffix(key, f.text)
	case f.tail:
		return strings.HasPrefix(key, f.text)
	}
	return key == f.text
}

// follow says whether one of the phrases stands at words[i].
func (p part) follow(words []word, i int) bool {
	for _, ph := range p {
		if ph.follow(words, i) {
			return true
		}
	}
	return false
}

func (p phrase) follow(words []word, i int) bool {
	if i+len(p) > len(words) {
		return false
	}
	for k, t := range p {
		if !t.matches(words[i+k].key) {
			return false
		}
	}
	return true
}

// in says whether words have one of the cues.
func (c *cues) in(words []word) bool {
	for i, w := range words {
		if anyAt(c.by[bucket(w.key)], words, i) || anyAt(c.any, words, i) {
			return true
		}
	}
	return false
}

func anyAt(list []cue, words []word, i int) bool {
	for k := range list {
		if c := &list[k]; c.begin.matches(words[i].key) && c.parts[0].follow(words, i) && c.near(words, i) {
			return true
		}
	}
	return false
}

// near says whether the parts after the first, and none of the bars, are within reach of words[at].
func (c *cue) near(words []word, at int) bool {
	for _, p := range c.parts[1:] {
		if !p.near(words, at) {
			return false
		}
	}
	for _, p := range c.bars {
		if p.near(words, at) {
			return false
		}
	}
	return true
}

func (p part) near(words []word, at int) bool {
	for i := max(0, at-cueSpan); i <= at+cueSpan && i < len(words); i++ {
		if i != at && p.follow(words, i) {
			return true
		}
	}
	return false
}
