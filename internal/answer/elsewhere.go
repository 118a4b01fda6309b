package answer

import (
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
)

// longTown is from how many folded letters on the beginning of a word is enough to know a town; a shorter name has to be
// the word's stem, since გორი also begins a hill and ვანი other words.
const longTown = 4

// town is how the name of a municipality is recognised, in folded letters.
type town struct{ stem, root string }

// foreign gives the towns among names that are not the corpus' own, as Georgian and French spell them.
func foreign(v *vocabulary, names []string, villages []bot.Village) (towns []town) {
	var own []string
	for _, village := range villages {
		for _, name := range village.Name {
			for _, w := range v.appendWords(nil, name) {
				own = append(own, w.stem)
			}
		}
	}
	for _, name := range names {
		key := georgian.Key(name)
		t := town{georgian.Stem(key), strings.TrimRight(key, "aiou")}
		if slices.Contains(own, t.stem) {
			continue
		}
		towns = append(towns, t)
		if strings.Contains(key, "u") {
			towns = append(towns, town{strings.ReplaceAll(t.stem, "u", "ou"), strings.ReplaceAll(t.root, "u", "ou")})
		}
	}
	return towns
}

// elsewhere says whether the words ask about another town. A street may be called after one.
func (m *Model) elsewhere(words []word) bool {
	for i, w := range words {
		if i+1 < len(words) && words[i+1].stem == "kuC" {
			continue
		}
		for _, t := range m.foreign {
			if w.stem == t.stem || len(t.root) >= longTown && strings.HasPrefix(w.key, t.root) {
				return true
			}
		}
	}
	return false
}
