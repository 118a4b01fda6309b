package answer

import (
	"slices"
	"strings"

	"ogpbot/bot"
)

// towns holds how towns with a city hall of their own begin, in folded letters: ბათუმი, თბილისი,
// ქუთაისი, ზუგდიდი, რუსთავი, თელავი, ახალციხე, ბორჯომი, ქობულეთი, ლანჩხუთი, ჩოხატაური, სამტრედია,
// სენაკი, ხაშური, მცხეთა, სოხუმი, მარნეული, ზესტაფონი, წყალტუბო.
var towns = [...]string{
	"batum", "tbilis", "kutais", "zugdid", "rustav", "telavS", "aXalCiX", "borjom", "kobulet", "lanHXut", "HoXataur",
	"samtred", "senakS", "XaSur", "mCXet", "soXum", "marneul", "zestapon", "Ckaltub",
}

// shortTowns are whole words: ფოთი, ფოთის, ფოთში, ფოთიდან.
var shortTowns = [...]string{"poti", "potis", "potSi", "potidan"}

// foreign gives the towns that are none of the corpus' own places.
func foreign(v *vocabulary, villages []bot.Village) (prefixes, whole []string) {
	var own []string
	for _, village := range villages {
		for _, name := range village.Name {
			for _, w := range v.appendWords(nil, name) {
				own = append(own, w.key)
			}
		}
	}
	starts := func(town string) bool {
		return slices.ContainsFunc(own, func(key string) bool { return strings.HasPrefix(key, town) })
	}
	return slices.DeleteFunc(slices.Clone(towns[:]), starts), slices.DeleteFunc(slices.Clone(shortTowns[:]), starts)
}

// elsewhere says whether the words ask about another town. A street may be called after one.
func (m *Model) elsewhere(words []word) bool {
	for i, w := range words {
		if i+1 < len(words) && words[i+1].stem == "kuC" {
			continue
		}
		begins := func(town string) bool { return strings.HasPrefix(w.key, town) }
		if slices.Contains(m.shortForeign, w.key) || slices.ContainsFunc(m.foreign, begins) {
			return true
		}
	}
	return false
}
