package answer

import "testing"

func TestElsewhere(t *testing.T) {
	v := newVocabulary(nil)
	for _, text := range []string{
		"ბათუმში", "თბილისის მეტრო", "ქუთაისს", "ფოთში", "ზუგდიდიდან", "რუსთავში", "თელავში", "ახალციხეში", "ბორჯომში", "ქობულეთში", "ლანჩხუთის მერია",
		"ჩოხატაურში", "სამტრედიაში", "სენაკში", "ხაშურში", "მცხეთაში", "სოხუმი", "მარნეულში", "ზესტაფონში", "წყალტუბოში", "batumshi ra xdeba", "tbilisSi",
	} {
		if !elsewhere(v.appendWords(nil, text)) {
			t.Errorf("%q is not taken for another town (%v)", text, v.appendWords(nil, text))
		}
	}
	for _, text := range []string{"ბათუმის ქუჩაზე ორმოა", "ოზურგეთში", "გზა", "პოტენციალი"} {
		if elsewhere(v.appendWords(nil, text)) {
			t.Errorf("%q is taken for another town", text)
		}
	}
}
