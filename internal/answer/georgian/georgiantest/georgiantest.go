// Package georgiantest writes Georgian as people type it, for tests and measurements: official
// Latin, the Latin of chats, and with typos. It imports only the standard library and package
// georgian. Guarantee: the same text and random source give the same result.
//
// # Why
//
// Few sets of hand-typed Latin Georgian exist. A typist here has one habit for each letter and
// slips from it one time in ten. The shares are estimates; hand-typed questions agree with them.
package georgiantest

import (
	"math/rand/v2"
	"strings"

	"ogpbot/internal/answer/georgian"
)

// ejectives holds the letters that the official spelling marks with an apostrophe.
const ejectives = "კპტყწჭ"

// Official gives the official spelling of 2002, with its apostrophes.
func Official(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(georgian.Romanise(string(r)))
		if strings.ContainsRune(ejectives, r) {
			b.WriteByte('\'')
		}
	}
	return b.String()
}

type habit struct {
	spelling string
	share    float64
}

var habits = map[rune][]habit{
	'თ': {{"t", .95}, {"th", .03}, {"T", .02}},
	'ჟ': {{"j", .5}, {"zh", .5}},
	'ფ': {{"f", .65}, {"p", .35}},
	'ქ': {{"q", .6}, {"k", .4}},
	'ღ': {{"g", .45}, {"gh", .5}, {"R", .05}},
	'ყ': {{"y", .65}, {"k", .15}, {"q", .2}},
	'შ': {{"sh", .88}, {"S", .05}, {"6", .04}, {"s", .03}},
	'ჩ': {{"ch", .88}, {"C", .04}, {"4", .05}, {"c", .03}},
	'ც': {{"c", .65}, {"ts", .35}},
	'ძ': {{"dz", .9}, {"Z", .04}, {"z", .06}},
	'წ': {{"w", .55}, {"ts", .3}, {"c", .15}},
	'ჭ': {{"ch", .75}, {"W", .07}, {"tch", .1}, {"4", .03}, {"w", .05}},
	'ხ': {{"x", .7}, {"kh", .25}, {"h", .05}},
	'ჯ': {{"j", .97}, {"dj", .03}},
	'ვ': {{"v", .98}, {"w", .02}},
}

// Informal gives s as one person types it in Latin letters.
func Informal(s string, r *rand.Rand) string {
	mine := map[rune]string{}
	var b strings.Builder
	for _, c := range s {
		choice, known := habits[c]
		if !known {
			b.WriteString(georgian.Romanise(string(c)))
			continue
		}
		if mine[c] == "" {
			mine[c] = pick(choice, r)
		}
		if r.Float64() < .1 {
			b.WriteString(pick(choice, r))
		} else {
			b.WriteString(mine[c])
		}
	}
	return b.String()
}

func pick(choice []habit, r *rand.Rand) string {
	x := r.Float64()
	for _, h := range choice {
		if x < h.share {
			return h.spelling
		}
		x -= h.share
	}
	return choice[0].spelling
}

// Typos makes one edit in each word of four letters and more, with the given share of words:
// a letter dropped, doubled or exchanged for another, or two letters swapped.
func Typos(s string, share float64, r *rand.Rand) string {
	words := strings.Fields(s)
	for i, w := range words {
		rs := []rune(w)
		if len(rs) < 4 || r.Float64() >= share {
			continue
		}
		k := 1 + r.IntN(len(rs)-2)
		switch r.IntN(4) {
		case 0:
			rs = append(rs[:k], rs[k+1:]...)
		case 1:
			rs[k], rs[k+1] = rs[k+1], rs[k]
		case 2:
			rs = append(rs[:k+1], rs[k:]...)
		default:
			if georgian.IsGeorgian(rs[k]) {
				rs[k] = rune(0x10D0 + r.IntN(33))
			} else {
				rs[k] = rune('a' + r.IntN(26))
			}
		}
		words[i] = string(rs)
	}
	return strings.Join(words, " ")
}
