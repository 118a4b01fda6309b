package answer

import "strings"

// otherTowns holds how towns with a city hall of their own begin, in folded letters: ბათუმი, თბილისი,
// ქუთაისი, ფოთში, ზუგდიდი, რუსთავი, თელავი, ახალციხე, ბორჯომი, ქობულეთი, ლანჩხუთი, ჩოხატაური, სამტრედია,
// სენაკი, ხაშური, მცხეთა, სოხუმი, მარნეული, ზესტაფონი, წყალტუბო.
var otherTowns = [...]string{
	"batum", "tbilis", "kutais", "potSi", "zugdid", "rustav", "telavS", "aXalCiX", "borjom", "kobulet", "lanHXut", "HoXataur",
	"samtred", "senakS", "XaSur", "mCXet", "soXum", "marneul", "zestapon", "Ckaltub",
}

// elsewhere says whether the words ask about another town. A street may be called after one.
func elsewhere(words []word) bool {
	for i, w := range words {
		for _, town := range otherTowns {
			if strings.HasPrefix(w.key, town) && (i+1 == len(words) || words[i+1].stem != "kuC") {
				return true
			}
		}
	}
	return false
}
