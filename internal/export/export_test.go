package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/export"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

var (
	staff     = bot.Scope{All: true}
	integrity = bot.Scope{All: true, Integrity: true}
	askana    = bot.Scope{Villages: []string{"askana"}}
	day       = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
)

// town is a service over a store in which a little has happened.
func town(t *testing.T) *export.Service {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "t.db"), boltstore.Options{Terms: strings.Fields})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	lib, _, err := content.Load(content.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(tx store.Tx) error {
		for i, c := range []bot.Case{
			{ID: "AAAAA1", Citizen: "citizen-one", Kind: bot.CaseProblem, Village: "askana", Text: `=HYPERLINK("http://x","წყალი")`, State: bot.CaseReceived},
			{ID: "AAAAA2", Citizen: "citizen-two", Kind: bot.CaseIdea, Village: "bokhvauri", Text: "ნათება, 599 12 34 56", State: bot.CaseAnswered, Reason: "+ გაკეთდება", Anonymous: true},
			{ID: "AAAAA3", Citizen: "citizen-three", Kind: bot.CaseIntegrity, Text: "ფული მომთხოვა", State: bot.CaseReceived},
			{ID: "AAAAA4", Citizen: "citizen-one", Kind: bot.CaseCommitment, Commitment: "c", Score: 4, State: bot.CaseDone, Reason: "გმადლობთ"},
		} {
			c.Created = day.AddDate(0, 0, i)
			c.Updated, c.Due = c.Created, c.Created.AddDate(0, 0, 10)
			if err := tx.Cases.Create(c); err != nil {
				return err
			}
		}
		for i := range 450 { // three pages
			village := []string{"askana", "bokhvauri", ""}[i%3]
			if err := tx.Conversations.Append(bot.Exchange{Citizen: "citizen-one", Platform: "telegram", Village: village, At: day.Add(time.Duration(i) * time.Minute), Kind: bot.KindText, Said: fmt.Sprintf("შეტყობინება %d", i), Replies: []string{"ერთი", "ორი"}}); err != nil {
				return err
			}
		}
		for _, village := range []string{"askana", "bokhvauri"} {
			if _, err := tx.Questions.Add(bot.Question{Citizen: "citizen-one", Village: village, At: day, Text: "@SUM(A1) " + village, Why: bot.WhyUnknown, People: 2, Language: "ka"}); err != nil {
				return err
			}
		}
		b := bot.Broadcast{ID: "b1", By: "nino", Villages: []string{"askana", "bokhvauri"}, Created: day, At: day, State: bot.BroadcastDone, Messages: map[bot.Language]bot.Outbound{"ka": {Heading: "წყალი", Text: "არ იქნება"}}}
		if err := tx.Broadcasts.Create(b, staff); err != nil {
			return err
		}
		_, err := tx.Progress.Append(bot.Change{At: day, By: "giorgi", Commitment: "c", Was: bot.Progress{Percent: bot.PercentUnknown}, Now: bot.Progress{Status: bot.StatusLimited, Percent: 40}, Reason: bot.Text{"ka": "დაიწყო"}})
		if err := errors.Join(err, tx.Accounts.Put(bot.Account{Login: "nino", Name: "ნინო", Role: bot.RoleVillage, Villages: []string{"askana"}})); err != nil {
			return err
		}
		return tx.Broadcasts.Owe("b1", bot.Recipient{Citizen: "citizen-one", Address: bot.Address{Platform: "telegram", ID: "1"}, Language: "ka"})
	}); err != nil {
		t.Fatal(err)
	}
	return export.New(export.Config{Store: s, Library: func() bot.Library { return lib }})
}

func write(t *testing.T, s *export.Service, f export.Format, q export.Query) (string, int) {
	t.Helper()
	table, err := s.Table(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	rows, err := export.Write(&out, f, table)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), rows
}

// sheet reads a CSV file back: rows of values by head.
func sheet(t *testing.T, file string) (rows []map[string]string) {
	t.Helper()
	file, ok := strings.CutPrefix(file, "\ufeff")
	if !ok {
		t.Error("spreadsheets do not know that this is UTF-8")
	}
	all, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all[1:] {
		row := map[string]string{}
		for i, v := range r {
			row[all[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCSV(t *testing.T) {
	s := town(t)
	file, n := write(t, s, export.CSV, export.Query{List: export.Feedback, Scope: integrity, Language: "en"})
	rows := sheet(t, file)
	if n != 4 || len(rows) != 4 {
		t.Fatalf("%d rows are %d: %v", n, len(rows), rows)
	}
	last, done := rows[3], rows[0]
	if last["Words"] != `'=HYPERLINK("http://x","წყალი")` || last["Created"] != "2026-11-20 12:30:00" || last["Kind"] != "problem" || last["Citizen"] != "en-one" {
		t.Errorf("the first case is %v", last)
	}
	if done["Score (1–5)"] != "4" || done["State"] != "done" {
		t.Errorf("the last case is %v", done)
	}
	if idea := rows[2]; idea["Citizen"] != "" || strings.Contains(idea["Words"], "599 12 34") || idea["Last answer"] != "'+ გაკეთდება" {
		t.Errorf("the anonymous case is %v", idea)
	}
	if hidden := rows[1]; hidden["Citizen"] != "" {
		t.Errorf("the integrity case is %v", hidden)
	}
}

// What an account may not see is in no file of any list.
func TestScope(t *testing.T) {
	s := town(t)
	for _, c := range []struct {
		q    export.Query
		want int
		not  string
	}{
		{export.Query{List: export.Feedback, Scope: staff}, 3, "AAAAA3"},
		{export.Query{List: export.Feedback, Scope: askana}, 1, "AAAAA2"},
		{export.Query{List: export.Feedback, Scope: staff, Village: "bokhvauri"}, 1, "AAAAA1"},
		{export.Query{List: export.Feedback, Scope: staff, Since: day.AddDate(0, 0, 2)}, 1, "AAAAA2"},
		{export.Query{List: export.Feedback, Scope: staff, Cases: store.CaseQuery{State: bot.CaseDone}}, 1, "AAAAA1"},
		{export.Query{List: export.Feedback, Scope: integrity, Nameless: true}, 4, "ნათება"},
		{export.Query{List: export.Conversations, Scope: staff}, 450, "შეტყობინება 450"},
		{export.Query{List: export.Conversations, Scope: askana}, 150, "bokhvauri"},
		{export.Query{List: export.Conversations, Scope: staff, Village: "bokhvauri"}, 150, "askana"},
		{export.Query{List: export.Conversations, Scope: staff, Words: "449"}, 1, "448"},
		{export.Query{List: export.Conversations, Scope: askana, Words: "448"}, 0, "448"},
		{export.Query{List: export.Conversations, Scope: staff, Since: day.Add(440 * time.Minute)}, 10, "439"},
		{export.Query{List: export.Conversations, Scope: staff, Nameless: true}, 450, "შეტყობინება"},
		{export.Query{List: export.Questions, Scope: staff}, 2, "nobody"},
		{export.Query{List: export.Broadcasts, Scope: staff, States: []bot.BroadcastState{bot.BroadcastWaiting}}, 0, "b1"},
		{export.Query{List: export.Questions, Scope: staff, Waiting: true}, 2, "nobody"},
		{export.Query{List: export.Progress, Scope: bot.Scope{}}, 1, "nobody"},
		{export.Query{List: export.Progress, Scope: bot.Scope{}, Nameless: true, Until: day}, 0, "giorgi"},
		{export.Query{List: export.Accounts, Scope: staff}, 1, "nobody"},
		{export.Query{List: export.Questions, Scope: askana}, 1, "bokhvauri"},
		{export.Query{List: export.Broadcasts, Scope: staff}, 1, "nobody"},
		{export.Query{List: export.Broadcasts, Scope: bot.Scope{Villages: []string{"askana", "bokhvauri"}}}, 1, "nobody"},
	} {
		file, n := write(t, s, export.JSON, c.q)
		if n != c.want || strings.Contains(file, c.not) {
			t.Errorf("%+v gives %d rows with %s: %v", c.q, n, c.not, strings.Contains(file, c.not))
		}
	}
	for _, q := range []export.Query{
		{List: export.Feedback, Scope: askana, Village: "bokhvauri"},
		{List: export.Feedback, Scope: staff, Village: "nowhere"},
		{List: export.Feedback, Scope: bot.Scope{}},
		{List: "people", Scope: staff},
		{List: export.Accounts, Scope: askana},
		{List: export.Audit, Scope: askana},
		{List: export.Feedback, Scope: staff, Language: "de"},
	} {
		if _, err := s.Table(t.Context(), q); err == nil {
			t.Errorf("%+v is allowed", q)
		}
	}
}

func TestJSON(t *testing.T) {
	s := town(t)
	file, _ := write(t, s, export.JSON, export.Query{List: export.Broadcasts, Scope: staff})
	var rows []map[string]any
	if err := json.Unmarshal([]byte(file), &rows); err != nil {
		t.Fatal(err)
	}
	if r := rows[0]; r["created"] != "2026-11-20T08:30:00Z" || r["villages"] != "askana bokhvauri" || r["state"] != "done" || r["fate-owed"] != 1.0 || r["text"] != "წყალი\n\nარ იქნება" {
		t.Errorf("the broadcast is %v", r)
	}
	if file, n := write(t, s, export.JSON, export.Query{List: export.Feedback, Scope: askana, Since: day.AddDate(1, 0, 0)}); n != 0 || file != "[]\n" {
		t.Errorf("nothing is %q", file)
	}
}

func TestXLSX(t *testing.T) {
	s := town(t)
	file, _ := write(t, s, export.XLSX, export.Query{List: export.Feedback, Scope: staff, Language: "ka"})
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows("Sheet1")
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[0][0] != "ნომერი" || rows[3][0] != "AAAAA1" || rows[3][1] != "2026-11-20 12:30" || rows[3][7] != `=HYPERLINK("http://x","წყალი")` {
		t.Errorf("head %v, first case %v", rows[0], rows[3])
	}
	if formula, err := book.GetCellFormula("Sheet1", "H4"); err != nil || formula != "" {
		t.Errorf("a citizen's words are the formula %q, %v", formula, err)
	}
	if kind, err := book.GetCellType("Sheet1", "G2"); err != nil || kind == excelize.CellTypeInlineString {
		t.Errorf("a score is of type %v, %v", kind, err)
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{"": "", "keti": "keti", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "ნინო": "ნინო"} {
		if got := export.Plain(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}

// What breaks off is told, in every format.
func TestBrokenOff(t *testing.T) {
	broken := export.Table{Columns: []export.Column{{Key: "a", Head: "A"}}, Rows: func(yield func([]any, error) bool) {
		_ = yield([]any{"1"}, nil) && yield(nil, store.ErrClosed)
	}}
	for _, f := range []export.Format{export.CSV, export.XLSX, export.JSON} {
		if _, err := export.Write(&bytes.Buffer{}, f, broken); err == nil {
			t.Errorf("%s is called whole", f)
		}
	}
}

func BenchmarkXLSX(b *testing.B) {
	row := []any{"AAAAA1", day, export.Label{Code: "askana", Words: "ასკანა"}, strings.Repeat("გზა დაზიანებულია. ", 8), 3}
	t := export.Table{Columns: make([]export.Column, len(row)), Rows: func(yield func([]any, error) bool) {
		for range 100_000 {
			if !yield(row, nil) {
				return
			}
		}
	}}
	for b.Loop() {
		var n counter
		if _, err := export.Write(&n, export.XLSX, t); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n)/1e6, "MB")
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }
