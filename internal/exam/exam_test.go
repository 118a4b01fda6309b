package exam

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ogpbot/bot"
)

// oracle answers by heart.
type oracle map[string]bot.Finding

func (o oracle) Find(text string, _ bot.Language) bot.Finding { return o[text] }
func (oracle) Fold(s string) string                           { return s }
func (oracle) Villages(string, int) ([]bot.Village, bool)     { return nil, false }

func answered(id string, missing bot.Detail) bot.Finding {
	return bot.Finding{Outcome: bot.FoundAnswer, Entry: id, Missing: missing, Suggestions: []string{id}, Language: "ka"}
}

func TestCount(t *testing.T) {
	o := oracle{
		"right":      answered("a", ""),
		"wrong":      answered("b", ""),
		"offered":    {Outcome: bot.FoundSuggest, Suggestions: []string{"b", "c", "a"}, Language: "ka"},
		"missed":     {Outcome: bot.FoundNone, Language: "ka"},
		"refused":    {Outcome: bot.FoundNone, Language: "ka"},
		"taken":      answered("a", ""),
		"hard":       answered("a", bot.DetailPrice),
		"hard, bare": answered("a", ""),
	}
	marks := Take(o, []Question{{"a", "", "right"}, {"a", "", "wrong"}, {"a", "", "offered"}, {"a", "", "missed"},
		{None, "", "refused"}, {None, "", "taken"}, {Hard, "", "hard"}, {Hard, "", "hard, bare"}})
	want := Score{Known: 4, Top1: 1, Top3: 2, AtOnce: 1, Wrong: 1, None: 2, NoneAnswered: 1, Hard: 2, HardAnswered: 1}
	if got := Count(marks); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	var out bytes.Buffer
	if err := Print(&out, marks); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); !strings.HasPrefix(s, `wrong: "wrong" must get a`) || !strings.Contains(s, `missed: "missed"`) || !strings.Contains(s, "ka latin") {
		t.Errorf("printed:\n%s", s)
	}
}

func TestWilson(t *testing.T) {
	if low, high := Wilson(149, 150); low < .96 || low > .97 || high < .998 {
		t.Errorf("149 of 150: %.3f to %.3f", low, high)
	}
	if low, high := Wilson(0, 0); low != 0 || high != 1 {
		t.Errorf("nothing: %.3f to %.3f", low, high)
	}
}

func TestRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "q.tsv")
	if err := os.WriteFile(name, []byte("\ufeffid\tlang\ttext\r\na\tka\tრა\r\n\nnone\t\tx\ty\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	qs, err := Read(name)
	if err != nil || len(qs) != 2 || qs[0] != (Question{"a", "ka", "რა"}) || qs[1].Text != "x\ty" {
		t.Errorf("read %v, %v", qs, err)
	}
	if err := os.WriteFile(name, []byte("a\tka\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(name); err == nil || !strings.Contains(err.Error(), ":1:") {
		t.Errorf("a broken line gave %v", err)
	}
}
