package answer

import (
	"slices"
	"testing"

	"ogpbot/bot"
)

func villages(tb testing.TB) []bot.Village {
	tb.Helper()
	var list []bot.Village
	decode(tb, "testdata/villages.json", &list)
	return list
}

func TestVillages(t *testing.T) {
	m, err := Train(Corpus{Languages: []bot.Language{"ka", "en", "fr"}, Villages: villages(t), Concepts: lexicon(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		want []string // the first ones, in any order if not sure
		sure bool
	}{
		{"ასკანა", []string{"askana"}, true},
		{"ბაილეთში", []string{"baileti"}, true},
		{"ბაილეთიდან ვარ", []string{"baileti"}, true},
		{"bailetshi vcxovrob", []string{"baileti"}, true},
		{"baileTi", []string{"baileti"}, true},
		{"soflidan likhauri", []string{"likhauri"}, true},
		{"მე ლიხაურიდან ვარ", []string{"likhauri"}, true},
		{"lixauri", []string{"likhauri"}, true},
		{"lihaurshi", []string{"likhauri"}, true},
		{"I live in Likhauri", []string{"likhauri"}, true},
		{"j'habite à Likhauri", []string{"likhauri"}, true},
		{"shemoqmedi", []string{"shemokmedi"}, true},
		{"შემოქმდი", []string{"shemokmedi"}, true},
		{"6emoqmedi", []string{"shemokmedi"}, true},
		{"zeda bakhvi", []string{"zeda-bakhvi"}, true},
		{"ქვედა ბახვიდან", []string{"kveda-bakhvi"}, true},
		{"qveda baxvi", []string{"kveda-bakhvi"}, true},
		{"ბახვი", []string{"zeda-bakhvi", "kveda-bakhvi"}, false},
		{"baxvshi", []string{"zeda-bakhvi", "kveda-bakhvi"}, false},
		{"zemo natanebi", []string{"zemo-natanebi"}, true},
		{"natanebi", []string{"zemo-natanebi", "kvemo-natanebi"}, false},
		{"cxemlis xidi", []string{"tskhemliskhidi"}, true},
		{"ცხემლისხიდში", []string{"tskhemliskhidi"}, true},
		{"ozurgeti", []string{"ozurgeti"}, true},
		{"სოფელი ოზურგეთი", []string{"ozurgeti-village"}, true},
		{"სოფელი შრომა", []string{"shroma"}, true},
		{"shromashi", []string{"shroma"}, true},
		{"მერია", []string{"meria"}, false}, // the city hall too
		{"ურეკში გზა გაფუჭებულია", []string{"ureki"}, false},
		{"როდის ასფალტებთ ლიხაურში გზას", []string{"likhauri"}, false},
		{"სად არის ურეკი", []string{"ureki"}, false},
		{"როგორ შევიტანო პეტიცია", nil, false},
		{"რა ღირს", nil, false},
		{"hello", nil, false},
		{"👍", nil, false},
		{"", nil, false},
	} {
		found, sure := m.Villages(c.text, 4)
		var ids []string
		for _, v := range found {
			ids = append(ids, v.ID)
		}
		ok := len(ids) >= len(c.want) && (len(c.want) > 0 || len(ids) == 0)
		if ok {
			got := slices.Sorted(slices.Values(ids[:len(c.want)]))
			ok = slices.Equal(got, slices.Sorted(slices.Values(c.want)))
		}
		if !ok || sure != c.sure {
			t.Errorf("Villages(%q) = %v, %v; want %v, %v", c.text, ids, sure, c.want, c.sure)
		}
	}
}

func TestVillagesLimit(t *testing.T) {
	m, err := Train(Corpus{Languages: []bot.Language{"ka"}, Villages: villages(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{-1, 0, 1, 2} {
		if found, _ := m.Villages("ბახვი", limit); len(found) != max(limit, 0) {
			t.Errorf("limit %d gives %d", limit, len(found))
		}
	}
}
