package answer

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian/georgiantest"
)

func TestOwnWordsAreAnswered(t *testing.T) {
	m := model(t)
	for _, e := range m.source {
		for _, l := range m.languages {
			for _, text := range lines(e, l) {
				for _, as := range []string{text, "  " + strings.ToUpper(text) + "!!", georgiantest.Official(text)} {
					if f := m.Find(as, ""); f.Outcome != bot.FoundAnswer || f.Entry != e.ID || f.Missing != "" || f.Suggestions[0] != e.ID {
						t.Errorf("%q of %s is answered with %+v", as, e.ID, f)
					}
				}
			}
		}
	}
}

func TestFindIsSound(t *testing.T) {
	m := model(t)
	for _, q := range slices.Concat(questions(t, "testdata/unseen-1.tsv"), questions(t, "testdata/kb/questions.tsv")) {
		f := m.Find(q.text, "en")
		if f.Score < 0 || f.Score > 1 {
			t.Errorf("%q: score %v", q.text, f.Score)
		}
		if len(f.Suggestions) != 3 || slices.Contains(f.Suggestions[1:], f.Suggestions[0]) || f.Suggestions[1] == f.Suggestions[2] {
			t.Errorf("%q: suggestions %v", q.text, f.Suggestions)
		}
		if (f.Outcome == bot.FoundAnswer) != (f.Entry != "") || (f.Outcome == bot.FoundIntent) != (f.Intent != "") || f.Missing != "" && f.Entry == "" {
			t.Errorf("%q: %+v contradicts itself", q.text, f)
		}
		if f.Outcome == bot.FoundAnswer && f.Suggestions[0] != f.Entry {
			t.Errorf("%q: %s is given, %s suggested first", q.text, f.Entry, f.Suggestions[0])
		}
		if again := m.Find(q.text, "en"); !reflect.DeepEqual(f, again) {
			t.Errorf("%q: %+v, then %+v", q.text, f, again)
		}
	}
}

func TestFindBearsAnything(t *testing.T) {
	m := model(t)
	for _, text := range []string{"", " ", "?!", "👍👍", "112", "\xff\xfe", strings.Repeat("ა", 100000), strings.Repeat("x", 1<<20), "日本語", "\u0000"} {
		f := m.Find(text, "fr")
		if f.Outcome == bot.FoundAnswer && f.Missing == "" {
			t.Errorf("%.20q is answered with %s", text, f.Entry)
		}
		m.Fold(text)
		m.Villages(text, 3)
	}
	if f := m.Find("👍", "fr"); f.Outcome != bot.FoundNone || f.Language != "fr" {
		t.Errorf("a thumb is %+v", f)
	}
}

func FuzzFind(f *testing.F) {
	m := model(f)
	for _, q := range questions(f, "testdata/unseen-1.tsv")[:20] {
		f.Add(q.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := m.Find(text, ""); len(got.Suggestions) > 3 || got.Language == "" {
			t.Errorf("Find(%q) = %+v", text, got)
		}
	})
}

func TestIntents(t *testing.T) {
	m := model(t)
	for text, intent := range map[string]string{
		"ადამიანთან დამაკავშირეთ": "human", "adamiantan damakavshiret": "human", "გამარჯობა": "hello", "gamarjoba!": "hello", "merci beaucoup": "thanks",
		"დახმარება": "help", "change language": "language", "ena shemicvalet gtxovt": "language", "სოფელი მინდა შევცვალო": "village",
	} {
		if f := m.Find(text, ""); f.Outcome != bot.FoundIntent || f.Intent != intent {
			t.Errorf("%q is %+v, want the intent %s", text, f, intent)
		}
	}
	// what an entry has is the entry's, even if an intent has it too
	c := Corpus{
		Languages: []bot.Language{"ka"},
		Entries:   []bot.Entry{{ID: "op", Question: bot.Text{"ka": "ოპერატორი"}, Phrasings: map[bot.Language][]string{"ka": {"როგორ დავრეკო"}}}},
		Hears:     map[string]map[bot.Language][]string{"human": {"ka": {"ოპერატორი", "ადამიანი"}}},
	}
	m, err := Train(c)
	if err != nil {
		t.Fatal(err)
	}
	if f := m.Find("ოპერატორი", ""); f.Entry != "op" {
		t.Errorf("the entry's own word is %+v", f)
	}
	if f := m.Find("adamiani", ""); f.Intent != "human" {
		t.Errorf("the intent's own word is %+v", f)
	}
}

func TestLanguage(t *testing.T) {
	m := model(t)
	for _, c := range []struct {
		text string
		chat bot.Language
		want bot.Language
	}{
		{"როდის მუშაობს მერია", "en", "ka"},
		{"OGP რა არის", "en", "ka"},
		{"rodis mushaobs meria", "en", "ka"},
		{"sad vnaxo biujeti", "fr", "ka"},
		{"parkingis fuls rogor vixdi", "en", "ka"},
		{"open data saiti gaqvt? linki sad aris", "en", "ka"},
		{"when does the city hall open", "ka", "en"},
		{"Where can I see the budget?", "", "en"},
		{"garbage collection days", "ka", "en"},
		{"à quelle heure ouvre la mairie", "ka", "fr"},
		{"Comment payer le stationnement ?", "", "fr"},
		{"je voudrais voir le budget", "en", "fr"},
		{"budget", "en", "en"}, // several languages have the word: the chat decides
		{"budget", "fr", "fr"},
		{"OGP", "en", "en"},
		{"", "", "ka"},
		{"👍", "en", "en"},
		{"где посмотреть бюджет", "en", "en"}, // not a language of the corpus
		{"где посмотреть бюджет", "", "ka"},
		{"hello", "xx", "en"},
	} {
		if f := m.Find(c.text, c.chat); f.Language != c.want {
			t.Errorf("%q in a chat in %q: %s, want %s", c.text, c.chat, f.Language, c.want)
		}
	}
}

// TestLanguageOfQuestions: in a chat in another language, the words decide.
func TestLanguageOfQuestions(t *testing.T) {
	m := model(t)
	n, wrong := 0, 0
	for _, e := range m.source {
		for _, l := range m.languages {
			for _, text := range []string{e.Question[l], georgiantest.Official(e.Question[l])} {
				for _, chat := range m.languages {
					n++
					if got := m.Find(text, chat).Language; got != l {
						wrong++
						t.Logf("%q in a chat in %s: %s", text, chat, got)
					}
				}
			}
		}
	}
	most(t, "languages mistaken", wrong, n, .02)
}

func TestMissing(t *testing.T) {
	m := model(t)
	for _, c := range []struct {
		text, entry string
		want        bot.Detail
	}{
		{"რა ღირს პეტიციის დარეგისტრირება?", "pet-submit", bot.DetailPrice},
		{"peticiis daregistrireba ra girs", "pet-submit", bot.DetailPrice},
		{"why is the street light not working", "light", bot.DetailWhy},
		{"რატომ არ მუშაობს გარე განათება ჩვენს ქუჩაზე", "light", bot.DetailWhy},
		{"პეტიციის დარეგისტრირება როგორ შეიძლება?", "pet-submit", ""},
		{"საჯარო ინფორმაციის მიღება ფასიანია?", "foi-fee", ""},
		{"საკრებულო პეტიციას რამდენ დღეში განიხილავს?", "pet-review", ""},
		{"პეტიციას რამდენი ხელმოწერა სჭირდება", "pet-sign", ""},
	} {
		f := m.Find(c.text, "")
		if f.Entry != c.entry || f.Missing != c.want {
			t.Errorf("%q: %s lacks %q, want %s to lack %q (%v)", c.text, f.Entry, f.Missing, c.entry, c.want, f.Outcome)
		}
	}
}

// TestTells: what an entry states about itself is believed, and not what its text looks like.
func TestTells(t *testing.T) {
	entry := bot.Entry{ID: "a", Answer: bot.Text{"ka": "უფასოა, 18:00-მდე."}}
	for _, c := range []struct {
		tells []bot.Detail
		want  asks
	}{
		{nil, askPrice | askHour | askWhen | askNumber},
		{[]bot.Detail{}, 0},
		{[]bot.Detail{bot.DetailWhen, bot.DetailHow}, askWhen | askHour | askDate},
	} {
		entry.Tells = c.tells
		m, err := Train(Corpus{Languages: []bot.Language{"ka"}, Entries: []bot.Entry{entry}})
		if err != nil {
			t.Fatal(err)
		}
		if got := asks(m.holds[0]); got != c.want {
			t.Errorf("Tells %v: holds %b, want %b", c.tells, got, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	m := model(t)
	for _, same := range [][]string{
		{"კი, ჩაინიშნეთ!", "ki chainishnet", "KI, CHAINISHNET", "ki 4aini6net", "  ki   chainiSnet. "},
		{"Où est-ce ?", "ou est ce"},
		{"", "?!", "👍"},
	} {
		for _, s := range same[1:] {
			if m.Fold(s) != m.Fold(same[0]) {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", s, m.Fold(s), same[0], m.Fold(same[0]))
			}
		}
	}
	if m.Fold("კი") == m.Fold("არა") {
		t.Error("yes and no have one key")
	}
}

// TestSmallCorpus: a few entries without negatives or concepts still answer what is plainly asked.
func TestSmallCorpus(t *testing.T) {
	entry := func(id, q string, more ...string) bot.Entry {
		return bot.Entry{ID: id, Question: bot.Text{"ka": q}, Phrasings: map[bot.Language][]string{"ka": more}}
	}
	m, err := Train(Corpus{Languages: []bot.Language{"ka", "en"}, Entries: []bot.Entry{
		entry("bus", "როდის გადის ავტობუსი?", "ავტობუსის განრიგი", "avtobusi romel saatze gadis", "მარშრუტკა როდის არის", "ავტობუსით როგორ წავიდე"),
		entry("road", "გზა გაფუჭებულია, ვის მივმართო?", "ორმოებია გზაზე", "asfalti aiyara", "გზის შეკეთება გვინდა", "ქუჩა დაზიანებულია"),
		entry("tax", "სად გადავიხადო გადასახადი?", "ქონების გადასახადი", "gadasaxadi rodis unda gadavixado", "მიწის გადასახადი რამდენია", "გადასახადის გადახდა"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"avtobusi rodis gadis": "bus", "ავტობუსის განრიგი მინდა": "bus", "ჩვენს ქუჩაზე გზა გაფუჭებულია": "road", "სად გადავიხადო ქონების გადასახადი": "tax",
	} {
		if f := m.Find(text, ""); f.Entry != want {
			t.Errorf("%q: %+v, want %s", text, f, want)
		}
	}
	for _, text := range []string{"ხვალ იწვიმებს?", "რა ღირს ტელეფონი", "vin moigo fexburti"} {
		if f := m.Find(text, ""); f.Outcome == bot.FoundAnswer {
			t.Errorf("%q is answered with %s", text, f.Entry)
		}
	}
}

func TestEmptyCorpus(t *testing.T) {
	if _, err := Train(Corpus{}); err == nil {
		t.Error("a corpus without languages is accepted")
	}
	m, err := Train(Corpus{Languages: []bot.Language{"ka"}})
	if err != nil {
		t.Fatal(err)
	}
	if f := m.Find("გამარჯობა", ""); f.Outcome != bot.FoundNone || len(f.Suggestions) != 0 || f.Language != "ka" {
		t.Errorf("nothing to know, and yet %+v", f)
	}
	if found, sure := m.Villages("ურეკი", 3); len(found) > 0 || sure {
		t.Errorf("no villages, and yet %v", found)
	}
	if c := m.Confusions(); len(c) > 0 {
		t.Errorf("no entries, and yet %v", c)
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	m := model(t)
	qs := questions(t, "testdata/unseen-1.tsv")
	want := make([]bot.Finding, len(qs))
	for i, q := range qs {
		want[i] = m.Find(q.text, "")
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range qs {
				k := (i*(g+1) + g) % len(qs)
				if got := m.Find(qs[k].text, ""); !reflect.DeepEqual(got, want[k]) {
					t.Errorf("%q: %+v, alone %+v", qs[k].text, got, want[k])
				}
			}
		})
	}
	wg.Wait()
}
