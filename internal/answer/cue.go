package answer

import (
	"strings"

	"ogpbot/internal/answer/georgian"
)

// cue is a pattern of words: every part is met within cueSpan words, in any order. In writing,
// parts stand apart by spaces; "_" joins words that must follow one another; "*" at the end of a
// word stands for any ending, at its beginning for any beginning.
type cue struct {
	parts [][]token
}

type token struct {
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

// parseCues reads cues set apart by commas.
func parseCues(list string) *cues {
	all := &cues{}
	for line := range strings.SplitSeq(list, ",") {
		var c cue
		for part := range strings.FieldsSeq(line) {
			var tokens []token
			for w := range strings.SplitSeq(part, "_") {
				t := token{head: strings.HasPrefix(w, "*"), tail: strings.HasSuffix(w, "*")}
				t.text = georgian.Key(strings.Trim(w, "*"))
				tokens = append(tokens, t)
			}
			c.parts = append(c.parts, tokens)
		}
		if len(c.parts) == 0 {
			continue
		}
		if t := c.parts[0][0]; t.head || t.text == "" {
			all.any = append(all.any, c)
		} else {
			all.by[t.text[0]] = append(all.by[t.text[0]], c)
		}
	}
	return all
}

func (t token) matches(key string) bool {
	switch {
	case t.head && t.tail:
		return strings.Contains(key, t.text)
	case t.head:
		return strings.HasSuffix(key, t.text)
	case t.tail:
		return strings.HasPrefix(key, t.text)
	}
	return key == t.text
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

// near says whether the parts after the first are within reach of words[at].
func (c *cue) near(words []word, at int) bool {
	for _, p := range c.parts[1:] {
		met := false
		for i := max(0, at-cueSpan); i <= at+cueSpan && i < len(words) && !met; i++ {
			met = i != at && follow(p, words, i)
		}
		if !met {
			return false
		}
	}
	return true
}
