package console

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/numbers"
	"ogpbot/internal/store"
)

// counted fills an office with the numbers of last month: 30 people of one village, 3 of the other.
func counted(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	now := time.Now().In(o.lib.Load().Place().Zone)
	day := bot.DayOf(time.Date(now.Year(), now.Month()-1, 15, 12, 0, 0, 0, now.Location()), now.Location())
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		err := tx.Counts.Add(bot.Count{Day: day, What: bot.CountBegun, N: 1})
		for village, people := range map[string]int{o.one: 30, o.two: 3} {
			for what, of := range map[bot.Measure]string{bot.CountWriters: bot.InMonth, bot.CountQuestions: bot.QuestionAnswered, bot.CountFiled: "problem", bot.CountSubscribers: ""} {
				err = errors.Join(err, tx.Counts.Add(bot.Count{Day: day, What: what, Of: of, Village: village, N: people}))
			}
		}
		return err
	}))
	return o
}

// rows reads a downloaded table.
func (o *office) rows(a answer) [][]string {
	o.t.Helper()
	o.expect(a, 200, "")
	text, marked := strings.CutPrefix(a.body, "\ufeff")
	if !marked || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") {
		o.t.Errorf("the file is %v", a.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	o.must(err)
	return rows
}

// find gives the row of a village.
func (o *office) find(rows [][]string, village string) []string {
	o.t.Helper()
	v, _ := o.lib.Load().Village(village)
	for _, r := range rows {
		if r[0] == v.Name["ka"] {
			return r
		}
	}
	return nil
}

// Each chart of the page is a file as well, which says the same; every kind of account reads what is theirs.
func TestNumbers(t *testing.T) {
	o := counted(t)
	few := o.console.cfg.Library().Text("ka", "console-numbers.hidden")
	people := map[string]*browser{}
	for login, own := range map[string]int{"owner": 2, "staff": 2, "village": 1, "observer": 0} {
		b := o.enter(login)
		people[login] = b
		for _, p := range append([]numbers.Period{""}, numbers.Periods...) {
			page := b.get("/console/numbers?period=" + string(p))
			o.expect(page, 200, "")
			for _, name := range []string{numbers.Questions, numbers.AnswerRate, numbers.AnswerTime, numbers.Subscribers, numbers.Cases, numbers.Scores, numbers.Promises} {
				path := "/console/numbers/" + name + ".csv?period=" + string(p)
				if !strings.Contains(strings.ReplaceAll(page.body, "&amp;", "&"), "/console/numbers/"+name+".csv?period=") {
					t.Errorf("the page of %s for %s does not lead to %s", p, login, name)
				}
				if rows := o.rows(b.get(path)); len(rows) < 2 {
					t.Errorf("%s of %s for %s has no rows", name, p, login)
				}
			}
			if n := strings.Count(page.body, `role="img"`); n < 5 {
				t.Errorf("%d charts of %s for %s", n, p, login)
			}
		}
		life := o.rows(b.get("/console/numbers/life.csv?period=all"))
		one, two := o.find(life, o.one), o.find(life, o.two)
		switch own {
		case 2:
			if one[1] != "30" || two[1] != "3" || two[4] != "3" {
				t.Errorf("%s reads %v and %v", login, one, two)
			}
		case 1:
			if one[1] != "30" || two != nil || len(life) != 2 {
				t.Errorf("%s reads %v", login, life)
			}
		case 0: // the only village with more is hidden with the others: all people together are no secret
			for _, r := range life[1:] {
				for _, cell := range r[1:] {
					if cell == "3" || cell != few && cell != "30" {
						t.Errorf("%s reads %v", login, r)
					}
				}
			}
		}
		want := map[string]int{o.one: 200, o.two: 200, "nonsense": 404}
		if own < 2 {
			want[o.two] = 404
		}
		if own == 0 {
			want[o.one] = 404
		}
		for village, status := range want {
			for _, path := range []string{"/console/numbers?period=all&village=", "/console/numbers/questions.csv?period=all&village="} {
				if got := b.get(path + village).StatusCode; got != status {
					t.Errorf("%s%s for %s: %d, want %d", path, village, login, got, status)
				}
			}
		}
	}
	b := people["owner"]
	for _, path := range []string{"/console/numbers?period=decade", "/console/numbers/questions", "/console/numbers/nonsense.csv", "/console/numbers/..csv"} {
		if got := b.get(path).StatusCode; got != 404 {
			t.Errorf("%s: %d", path, got)
		}
	}
	if got := people["observer"].get("/console/numbers/life.csv?period=week").StatusCode; got != 404 {
		t.Errorf("villages of a week for an observer: %d", got)
	}
}

// What begins like a formula is text in a spreadsheet.
func TestNumbersAreNoFormulas(t *testing.T) {
	o := counted(t)
	formulas := []string{"=cmd()", "+1", "-1", "@x", "\tx"}
	o.must(o.store.Update(t.Context(), func(tx store.Tx) (err error) {
		for _, village := range formulas { // that the content has no more
			err = errors.Join(err, tx.Counts.Add(bot.Count{Day: bot.DayOf(time.Now(), time.UTC), What: bot.CountFiled, Of: "problem", Village: village, N: 1}))
		}
		return err
	}))
	found := 0
	for _, r := range o.rows(o.enter("owner").get("/console/numbers/life.csv?period=all")) {
		if slices.Contains(formulas, r[0]) {
			t.Errorf("a formula: %q", r)
		}
		if strings.HasPrefix(r[0], "'") && slices.Contains(formulas, r[0][1:]) {
			found++
		}
	}
	if found != len(formulas) {
		t.Errorf("of %d villages %d are there", len(formulas), found)
	}
}

// A file is as it was when somebody last read it.
func TestNumbersGolden(t *testing.T) {
	o := counted(t)
	now := time.Now().In(o.lib.Load().Place().Zone)
	month := func(n int) string {
		first := time.Date(now.Year(), now.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		last := first.AddDate(0, 1, -1)
		if n == 0 {
			last = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
		}
		return first.Format(time.DateOnly) + "," + last.Format(time.DateOnly)
	}
	var head []string
	for _, key := range []string{"from", "to", "was-answered", "was-suggested", "was-unknown"} {
		head = append(head, o.lib.Load().Text("ka", "console-numbers."+key))
	}
	want := "\ufeff" + strings.Join(head, ",") + "\n" + fmt.Sprintf("%s,33,0,0\n%s,0,0,0\n", month(-1), month(0))
	if got := o.enter("observer").get("/console/numbers/questions.csv?period=all").body; got != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
}
