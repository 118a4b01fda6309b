package answer

import (
	"slices"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
)

// municipalities of Georgia, its other regions, and capitals that people name. Each has an administration of its own; the
// one that the bot speaks for is told by its villages.
const municipalities = `იმერეთი კახეთი სამეგრელო აჭარა სვანეთი რაჭა ლეჩხუმი სამცხე ჯავახეთი აფხაზეთი
პარიზი ლონდონი ერევანი ბაქო სტამბოლი მოსკოვი კიევი ბერლინი ვარშავა ბრიუსელი
თბილისი ბათუმი ქუთაისი რუსთავი ფოთი ზუგდიდი სოხუმი ცხინვალი გაგრა
აბაშა ადიგენი ამბროლაური ასპინძა ახალქალაქი ახალციხე ახმეტა ბაღდათი ბოლნისი ბორჯომი გარდაბანი გორი გურჯაანი
დედოფლისწყარო დმანისი დუშეთი ვანი ზესტაფონი თეთრიწყარო თელავი თერჯოლა თიანეთი კასპი ლაგოდეხი ლანჩხუთი ლენტეხი
მარნეული მარტვილი მესტია მცხეთა ნინოწმინდა ოზურგეთი ონი საგარეჯო სამტრედია საჩხერე სენაკი სიღნაღი ტყიბული
ქარელი ქედა ქობულეთი ყაზბეგი ყვარელი შუახევი ჩოხატაური ჩხოროწყუ ცაგერი წალენჯიხა წალკა წყალტუბო ჭიათურა
ხარაგაული ხაშური ხელვაჩაური ხობი ხონი ხულო`

// longTown is from how many folded letters on the beginning of a word is enough to know a town; a shorter name has to be
// the word's stem, since გორი also begins a hill and ვანი other words.
const longTown = 4

// town is how the name of a municipality is recognised, in folded letters.
type town struct{ stem, root string }

// foreign gives the municipalities that are not the corpus' own, as Georgian and French spell them.
func foreign(v *vocabulary, villages []bot.Village) (towns []town) {
	var own []string
	for _, village := range villages {
		for _, name := range village.Name {
			for _, w := range v.appendWords(nil, name) {
				own = append(own, w.stem)
			}
		}
	}
	for name := range strings.FieldsSeq(municipalities) {
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
