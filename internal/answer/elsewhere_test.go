package answer

import (
	"strings"
	"testing"

	"ogpbot/bot"
)

var towns = strings.Fields("თბილისი ბათუმი ქუთაისი რუსთავი ფოთი ზუგდიდი სოხუმი თელავი ახალციხე ბორჯომი ქობულეთი ლანჩხუთი ჩოხატაური " +
	"სამტრედია სენაკი ხაშური მცხეთა მარნეული ზესტაფონი წყალტუბო ოზურგეთი")

func TestElsewhere(t *testing.T) {
	v := newVocabulary(nil)
	m := &Model{}
	m.foreign = foreign(v, towns, []bot.Village{{ID: "own", Name: bot.Text{"ka": "ოზურგეთი"}}})
	for _, text := range []string{
		"ბათუმში", "თბილისის მეტრო", "ქუთაისს", "ფოთში", "ზუგდიდიდან", "რუსთავში", "თელავში", "ახალციხეში", "ბორჯომში", "ქობულეთში", "ლანჩხუთის მერია",
		"ჩოხატაურში", "სამტრედიაში", "სენაკში", "ხაშურში", "მცხეთაში", "სოხუმი", "მარნეულში", "ზესტაფონში", "წყალტუბოში", "foti sakrebulo", "ფოთის მერია", "batumshi ra xdeba", "tbilisSi",
	} {
		if !m.elsewhere(v.appendWords(nil, text)) {
			t.Errorf("%q is not taken for another town (%v)", text, v.appendWords(nil, text))
		}
	}
	for _, text := range []string{"ბათუმის ქუჩაზე ორმოა", "ოზურგეთში", "გზა", "პოტენციალი"} {
		if m.elsewhere(v.appendWords(nil, text)) {
			t.Errorf("%q is taken for another town", text)
		}
	}
}

// A town's own bot does not take it for another.
func TestOwnTownIsNotElsewhere(t *testing.T) {
	v := newVocabulary(nil)
	m := &Model{}
	m.foreign = foreign(v, towns, []bot.Village{{ID: "batumi", Name: bot.Text{"ka": "ბათუმი"}}, {ID: "poti", Name: bot.Text{"ka": "ფოთი"}}})
	for text, want := range map[string]bool{"ბათუმში": false, "ფოთი": false, "ქუთაისში": true} {
		if got := m.elsewhere(v.appendWords(nil, text)); got != want {
			t.Errorf("%q: elsewhere is %v", text, got)
		}
	}
}
