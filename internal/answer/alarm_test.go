package answer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ogpbot/bot"
)

// TestEmergency: testdata/alarm.tsv has what people in danger write, and harmless messages in the same words.
func TestEmergency(t *testing.T) {
	m := model(t)
	for _, row := range tsv(t, "testdata/alarm.tsv")[1:] {
		rings := m.Find(row[1], "").Outcome == bot.FoundEmergency
		if rings != (row[0] == "yes") {
			t.Errorf("%q rings: %v", row[1], rings)
		}
	}
}

// TestEmergencyInAnySpelling: Latin letters and Guria's vowels ring as well.
func TestEmergencyInAnySpelling(t *testing.T) {
	m := model(t)
	for _, text := range []string{
		"სახლი იწვის", "saxli iwvis", "sakhli itsvis", "SAXLI ICVIS", "saxli iwvis!!!", "sახლი იწვის",
		"ბაბუა წაიქცა და არ ინძრევა", "ბაბუა წეიქცა და არ ინძრევა", "babua weiqca da ar indzreva", "babua caikca da ar inZreva",
		"მეზობელმა ცოლი სცემა", "mezobelma coli scema", "mezobelma tsoli stsema",
	} {
		if f := m.Find(text, ""); f.Outcome != bot.FoundEmergency {
			t.Errorf("%q is %v, not an emergency", text, f.Outcome)
		}
	}
}

// TestAlarmRules: what goes on rings whatever else is said; what has happened does not ring beside the past
// or money; nothing rings in theory; a bare word rings alone.
func TestAlarmRules(t *testing.T) {
	m := model(t)
	for text, want := range map[string]bool{
		"სახლი იწვის, დაზღვევა არ მაქვს":      true,
		"სახლს ცეცხლი გაუჩნდა":                true,
		"სახლს ცეცხლი გაუჩნდა შარშან":         false,
		"სახლი იწვის, ასეთი ფილმი როდის არის": false,
		"ჩვენთან დაიტბორა, ხალხი გამოკეტილია": true,
		"გზა დაიტბორა":                        false,
		"ხანძარი":                             true,
		"ვაიმე, ხანძარი! ჩქარა":               true,
		"ხანძრის ქრონიკა":                     false,
		"პოლიცია": false,
		"ქმარი ორი წელია მცემს":                          true,
		"მეზობელი პატივს მცემს":                          false,
		"ორმოში ჩავარდა ბავშვი და ვერ ამოგვყავს, ჩქარა!": true,
		"ტელეფონი ორმოში ჩავარდა":                        false,
	} {
		if rings := m.alarm.rings(m.vocab.appendWords(nil, text)); rings != want {
			t.Errorf("%q rings: %v", text, rings)
		}
	}
}

// TestNoFalseEmergency: nothing that is asked of a municipality rings the alarm.
func TestNoFalseEmergency(t *testing.T) {
	m := model(t)
	danger := map[string]bool{ // asked of the municipality, and yet
		"მეზობელმა მცემა და პატრულს როგორ გამოვუძახო":     true,
		"მეზობელმა დამარტყა, პატრულში რა ნომერზე დავრეკო": true,
	}
	texts := contentLines(t)
	for _, set := range []string{"testdata/kb/questions", "testdata/unseen-1", "testdata/unseen-2", "../../content/ozurgeti/questions"} {
		for _, q := range questions(t, set+".tsv") {
			texts = append(texts, q.text)
		}
	}
	c := kb(t)
	for _, n := range c.Negatives {
		texts = append(texts, n.Text)
	}
	for _, n := range tsv(t, "../../content/ozurgeti/negatives.tsv")[1:] {
		texts = append(texts, n[1])
	}
	for _, e := range c.Entries {
		for _, l := range c.Languages {
			texts = append(texts, lines(e, l)...)
		}
	}
	for _, text := range texts {
		if f := m.Find(text, ""); f.Outcome == bot.FoundEmergency && !danger[text] {
			t.Errorf("%q is taken for an emergency", text)
		}
	}
}

// contentLines reads the phrasings of the municipality's own answers.
func contentLines(t *testing.T) []string {
	files, err := filepath.Glob("../../content/ozurgeti/answers/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if p, found := strings.CutPrefix(strings.TrimSpace(line), `- "`); found {
				texts = append(texts, strings.TrimSuffix(p, `"`))
			}
		}
	}
	if len(texts) < 1000 {
		t.Fatalf("read only %d phrasings", len(texts))
	}
	return texts
}

// TestMassiveIsCalm: of 16,500 commands to a voice assistant only the dangerous ones ring.
func TestMassiveIsCalm(t *testing.T) {
	m := model(t)
	danger := map[string]bool{
		"მიწისძვრა": true,
		"შეგიძლია დაეკონტაქტო სამსუნგს და უთხა რომ ჩემი სარეცხი მანქანა იწვის": true,
	}
	for _, u := range massive(t) {
		if f := m.Find(u.Utt, ""); f.Outcome == bot.FoundEmergency && !danger[u.Utt] {
			t.Errorf("%q is taken for an emergency", u.Utt)
		}
	}
}
