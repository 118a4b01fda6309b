package console

import (
	"html"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// A change is shown with the very words of the next digest, kept once, and never over a colleague's.
func TestAChangeIsShownBeforeItIsKept(t *testing.T) {
	o := newOffice(t)
	lib := o.console.cfg.Library()
	c := lib.Commitments()[0]
	path := "/console/progress/" + c.ID
	b, owner := o.enter("staff"), o.enter("owner")
	form := []string{"seen", "0", "status", "substantial", "percent", "55", "reason-ka", "სამუშაო დაიწყო", "reason-en", "<script>alert(1)</script>", "evidence", "https://example.org/news"}
	shown := b.post(path, form...)
	o.expect(shown, 200, "")
	text := html.UnescapeString(shown.body)
	for _, want := range []string{"სამუშაო დაიწყო", "What changed in the commitments", "(dans une autre langue) სამუშაო დაიწყო", c.Title["ka"], `href="https://example.org/news"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the change does not show %q", want)
		}
	}
	if strings.Contains(shown.body, "<script>alert") {
		t.Error("a reason is taken for markup")
	}
	if body := b.get(path).body; strings.Contains(body, "სამუშაო დაიწყო") {
		t.Error("it was kept before it was shown")
	}
	if back := b.post(path, append(slices.Clone(form), "do", "change")...); back.StatusCode != 200 || !strings.Contains(back.body, "სამუშაო დაიწყო</textarea>") {
		t.Error("the way back loses what was typed")
	}
	save := append(slices.Clone(form), "do", "save")
	o.expect(b.post(path, save...), 303, path)
	o.expect(b.post(path, save...), 303, path) // twice
	history, err := o.console.cfg.Progress.History(t.Context(), c.ID)
	if o.must(err); len(history) != 1 {
		t.Fatalf("%d changes are kept", len(history))
	}
	for _, lang := range lib.Place().Languages {
		m, ok, err := o.digest.Preview(t.Context(), lang, bot.CadenceMonthly)
		if o.must(err); !ok || !strings.Contains(text, m.Text) {
			t.Errorf("what was shown in %s is not what will be told: %q", lang, m.Text)
		}
	}
	late := owner.post(path, "seen", "0", "status", "complete", "reason-ka", "სრულად დასრულდა", "do", "save")
	if o.expect(late, 409, ""); !strings.Contains(late.body, "კოლეგამ სხვა ცვლილება შეინახა") || !strings.Contains(late.body, "სრულად დასრულდა</textarea>") {
		t.Error("it is not said that a colleague was faster, or what was typed is lost")
	}
	for _, who := range []string{"observer", "village"} {
		o.expect(o.enter(who).post(path, save...), 403, "")
	}
}

func TestSlippage(t *testing.T) {
	o := newOffice(t)
	c := o.console.cfg.Library().Commitments()[0]
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		at := bot.Progress{Status: c.Status, Percent: c.Percent, Due: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		for _, days := range []int{31, 43} {
			was := at
			at.Due = at.Due.AddDate(0, 0, days)
			if _, err := tx.Progress.Append(bot.Change{At: time.Now().UTC(), By: "staff", Commitment: c.ID, Was: was, Now: at, Reason: bot.Text{"ka": "გადაიდო"}}); err != nil {
				return err
			}
		}
		return nil
	}))
	b := o.enter("observer")
	b.post("/console/language", "lang", "en", "back", "/console/")
	for _, path := range []string{"/console/progress", "/console/progress/" + c.ID} {
		if body := b.get(path).body; !strings.Contains(body, "moved twice, 74 days") {
			t.Errorf("%s does not show how often the deadline was moved", path)
		}
	}
	body := b.get("/console/progress").body
	for _, want := range []string{"<svg", "74 days", "How far deadlines were put off", "What was done over time", "at least substantial", "As a table"} {
		if !strings.Contains(body, want) {
			t.Errorf("the charts do not show %q", want)
		}
	}
}
