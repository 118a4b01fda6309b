package answer

import (
	"strings"

	"ogpbot/internal/answer/georgian"
)

// cue is a pattern of words: every part is met within cueSpan words, in any order. In writing,
// parts stand apart by spaces; "_" joins words that must follow one another; "|" stands between
// words of which any will do; "*" at the end of a word stands for any ending, at its beginning for
// any beginning; a part after "!" must not be met.
type cue struct {
	parts, bars [][]token
}

// token is what one word may be.
type token []form

type form struct {
	text       string // a folded key
	head, tail bool   // anything may stand before, after
}

const cueSpan = 5

// cues is a list of cues by the first letter of their first word, because every message is held
// against some hundred of them.
type cues struct {
	by  [256][]cue
	any []cue // begin with any letter
}

// parseCues reads cues set apart by commas. Each is filed under every form of its first word.
func parseCues(list string) *cues {
	all := &cues{}
	for line := range strings.SplitSeq(list, ",") {
		c := parseCue(line)
		if len(c.parts) == 0 {
			continue
		}
		for _, f := range c.parts[0][0] {
			first := append([]token{{f}}, c.parts[0][1:]...)
			one := cue{append([][]token{first}, c.parts[1:]...), c.bars}
			if f.head || f.text == "" {
				all.any = append(all.any, one)
			} else {
				all.by[f.text[0]] = append(all.by[f.text[0]], one)
			}
		}
	}
	return all
}

func parseCue(line string) cue {
	var c cue
	for part := range strings.FieldsSeq(line) {
		part, barred := strings.CutPrefix(part, "!")
		var tokens []token
		for w := range strings.SplitSeq(part, "_") {
			tokens = append(tokens, parseToken(w))
		}
		if barred {
			c.bars = append(c.bars, tokens)
		} else {
			c.parts = append(c.parts, tokens)
		}
	}
	return c
}

func parseToken(word string) token {
	var t token
	for w := range strings.SplitSeq(word, "|") {
		t = append(t, form{georgian.Key(strings.Trim(w, "*")), strings.HasPrefix(w, "*"), strings.HasSuffix(w, "*")})
	}
	return t
}

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

// follow says whether tokens match the words from words[i] on.
func follow(tokens []token, words []word, i int) bool {
	if i+len(tokens) > len(words) {
		return false
	}
	for k, t := range tokens {
		if !t.matches(words[i+k].key) {
			return false
		}
	}
	return true
}

// in says whether words have one of the cues.
func (c *cues) in(words []word) bool {
	for i, w := range words {
		if anyAt(c.by[w.key[0]], words, i) || anyAt(c.any, words, i) {
			return true
		}
	}
	return false
}

func anyAt(list []cue, words []word, i int) bool {
	for _, c := range list {
		if follow(c.parts[0], words, i) && c.near(words, i) {
			return true
		}
	}
	return false
}

// near says whether the parts after the first, and none of the bars, are within reach of words[at].
func (c *cue) near(words []word, at int) bool {
	for _, p := range c.parts[1:] {
		if !reach(p, words, at) {
			return false
		}
	}
	for _, p := range c.bars {
		if reach(p, words, at) {
			return false
		}
	}
	return true
}

func reach(tokens []token, words []word, at int) bool {
	for i := max(0, at-cueSpan); i <= at+cueSpan && i < len(words); i++ {
		if i != at && follow(tokens, words, i) {
			return true
		}
	}
	return false
}
