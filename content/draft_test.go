package content

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

// A draft is refused until it has a source, and is then an entry like any other.
func TestDraft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "town")
	if err := os.CopyFS(dir, os.DirFS("testdata/mziani")); err != nil {
		t.Fatal(err)
	}
	asked := []string{`მგლები "დაგვესხნენ": რა ვქნათ?`, "mglebi # sad - var"}
	draft := Draft(bot.Entry{
		ID: "q-17", Question: bot.Text{"ka": "მგლები საიდან მოვიდნენ?", "en": "Where do the wolves come from?", "fr": "D'où viennent les loups ?"},
		Phrasings: map[bot.Language][]string{"ka": asked}, Answer: bot.Text{"ka": "პარასკევს მონადირეები მოვლენ.", "en": "The hunters come on Friday.", "fr": "Les chasseurs viennent vendredi."},
		Checked: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC),
	}, []bot.Language{"ka", "en", "fr"})
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "answers", "draft.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(draft)
	if _, _, err := Load(os.DirFS(dir)); err == nil || !strings.Contains(err.Error(), "source") {
		t.Errorf("a draft without a source is taken: %v", err)
	}
	write(strings.Replace(draft, `source: ""`, `source: "The forester's notice"`, 1))
	lib, _, err := Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	e, ok := lib.Entry("q-17")
	if got := e.Phrasings["ka"]; !ok || len(got) != 2 || got[0] != asked[0] || got[1] != asked[1] || e.Answer["fr"] == "" || e.Checked.Day() != 4 {
		t.Errorf("the entry is %+v", e)
	}
}
