package console

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/editor"
	"ogpbot/internal/store"
)

// toTheLetter finds the answer whose question or phrasing somebody wrote to the letter. Package app tries the real one.
type toTheLetter struct {
	villagesOnly
	lib *content.Library
}

func (f toTheLetter) Find(text string, lang bot.Language) bot.Finding {
	for _, e := range f.lib.Entries() {
		if e.Question[lang] == text || slices.Contains(e.Phrasings[lang], text) {
			return bot.Finding{Outcome: bot.FoundAnswer, Entry: e.ID, Score: 1, Language: lang, Suggestions: []string{e.ID}}
		}
	}
	return bot.Finding{}
}

// editor is over the shipped content.
func (o *office) editor() *editor.Service {
	o.t.Helper()
	s := editor.New(editor.Config{Store: o.store, Learn: func(_ context.Context, over []bot.Edit) (*editor.Knowledge, error) {
		var ws []content.Written
		for _, e := range over {
			ws = append(ws, content.Written{Entry: e.Entry, File: e.File})
		}
		lib, err := shipped()
		if len(ws) > 0 {
			lib, _, err = content.Load(content.Default(), ws...)
		}
		if problems, ok := errors.AsType[content.Problems](err); ok {
			return nil, editor.Mistakes{problems[0].Entry: problems[0].Text}
		}
		if err != nil {
			return nil, err
		}
		k := &editor.Knowledge{Languages: lib.Place().Languages, Use: func() { o.lib.Store(lib) }, Notes: func(id string) []editor.Note {
			return []editor.Note{{Kind: editor.NoteMixed, Entry: id, Other: "<b>other</b>"}}
		}}
		for _, es := range [][]bot.Entry{lib.Entries(), lib.Hidden()} {
			for _, e := range es {
				at, _ := lib.At(e.ID)
				known := editor.Known{Entry: e, File: strings.TrimSuffix(strings.TrimPrefix(at, "answers/"), ".yaml"), Folder: &e}
				if was, over := lib.Folder(e.ID); over {
					known.Folder = was
				}
				k.Entries = append(k.Entries, known)
			}
		}
		speaker := sync.OnceValues(func() (*bot.Bot, error) {
			return bot.New(lib, toTheLetter{villagesOnly{lib}, lib}, intents.All()...)
		})
		k.Reply = func(lang bot.Language, text string) editor.Reply {
			b, err := speaker()
			if err != nil {
				o.t.Error(err)
				return editor.Reply{}
			}
			turn := b.Respond(bot.Citizen{Language: lang, LanguageSet: true}, bot.State{}, bot.Inbound{Text: text}, bot.NoRecords{})
			return editor.Reply{Replies: turn.Replies, Kind: turn.ReplyKind(), Entry: turn.Finding.Entry, Language: lang}
		}
		return k, nil
	}})
	o.must(s.Reload(o.t.Context()))
	return s
}

var (
	seenInPage = regexp.MustCompile(`id="edit"[^>]*>\s*<input type="hidden" name="seen" value="(\d+)"`)
	fieldForm  = regexp.MustCompile(`(?s)<(?:input|textarea) id="f-([a-z-]+)"[^>]*?(?: value="([^"]*)"[^>]*>|>\n?([^<]*)</textarea>)`)
)

// form is what stands in the form of an answer, with some fields changed.
func (o *office) form(page string, pairs ...string) []string {
	o.t.Helper()
	values := map[string]string{"tells-auto": "1"}
	for _, m := range fieldForm.FindAllStringSubmatch(page, -1) {
		values[m[1]] = html.UnescapeString(m[2] + m[3])
	}
	seen := seenInPage.FindStringSubmatch(page)
	if seen == nil {
		o.t.Fatalf("no form on the page:\n%s", page)
	}
	values["seen"] = seen[1]
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	var all []string
	for k, v := range values {
		all = append(all, k, v)
	}
	return all
}

const cityhall = "/console/content/cityhall-what"

func TestContentIsListed(t *testing.T) {
	o := newOffice(t)
	b := o.enter("staff")
	body := b.get("/console/content").body
	if !strings.Contains(body, "/console/content/new") {
		t.Error("nobody can write a new answer")
	}
	got := b.get("/console/content?q=" + url.QueryEscape("რისთვის არსებობს მერია"))
	if !strings.Contains(got.body, cityhall) || strings.Contains(got.body, "/console/content/ogp-what") {
		t.Error("an answer is not found by its words, or others are")
	}
	next := regexp.MustCompile(`href="(/console/content\?[^"]*from=25[^"]*)"`).FindStringSubmatch(body)
	if next == nil || !strings.Contains(b.get(html.UnescapeString(next[1])).body, "/console/content/") {
		t.Error("there is no second page")
	}
	for _, from := range []string{"-1", "999999", "x", "99999999999999999999"} {
		o.expect(b.get("/console/content?from="+from), 200, "")
	}
	o.expect(b.get("/console/content?show=nonsense&file=nonsense&q="+strings.Repeat("x", 5000)), 200, "")

	// Old ones, and those in which a language is missing.
	page := b.get(cityhall).body
	o.expect(b.post(cityhall+"/publish", o.form(page, "checked", "2020-01-02", "question-fr", "", "answer-fr", "", "why", "ძველია")...), 303, cityhall)
	for _, show := range []string{"stale", "missing", "here"} {
		if got := b.get("/console/content?show=" + show).body; !strings.Contains(got, cityhall) || strings.Contains(got, `href="/console/content/cityhall-history"`) {
			t.Errorf("%s does not show exactly what it should", show)
		}
	}
	if got := b.get("/console/content?show=missing").body; !strings.Contains(got, "Français") {
		t.Error("it is not said which language is missing")
	}
	if watcher := o.enter("observer"); !strings.Contains(watcher.get("/console/content").body, cityhall) {
		t.Error("an observer sees nothing")
	} else if got := watcher.get(cityhall).body; strings.Contains(got, `id="edit"`) || strings.Contains(got, "/console/content/new") || !strings.Contains(got, "რისთვის არსებობს მერია?") || strings.Contains(got, "· staff") {
		t.Error("an observer sees a form, who wrote it, or no words")
	}
}

// From a draft over a trial to what citizens are told, and back.
func TestContentIsPublished(t *testing.T) {
	o := newOffice(t)
	b := o.enter("staff")
	const said = "მერია <script>alert(1)</script> ხალხს ემსახურება."
	page := b.get(cityhall).body
	if !strings.Contains(page, "ადგილობრივ მომსახურებას უწევს") {
		t.Fatal("the page does not show what the bot says")
	}
	edit := o.form(page, "answer-ka", said, "phrasings-ka", "მერია რა არის\n\n  მერია რა არის \nრას საქმიანობს მერია", "why", "უფრო მოკლედ")
	got := b.post(cityhall+"/try", append(edit, "try", "რას საქმიანობს მერია", "try-lang", "ka")...)
	o.expect(got, 200, "")
	if strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "<b>other</b>") || !strings.Contains(got.body, "ხალხს ემსახურება.</p>") {
		t.Error("the trial is not shown, or taken for markup")
	}
	if e, _ := o.lib.Load().Entry("cityhall-what"); e.Answer["ka"] == said {
		t.Fatal("a trial was published")
	}
	o.expect(b.post(cityhall+"/draft", edit...), 303, cityhall)
	if e, _ := o.lib.Load().Entry("cityhall-what"); e.Answer["ka"] == said {
		t.Fatal("a draft was published")
	}
	o.expect(b.post(cityhall+"/publish", edit...), 409, "") // the form is older than the draft
	page = b.get(cityhall).body
	o.expect(b.post(cityhall+"/publish", o.form(page)...), 303, cityhall)
	e, _ := o.lib.Load().Entry("cityhall-what")
	if e.Answer["ka"] != said || len(e.Phrasings["ka"]) != 2 {
		t.Errorf("told is %+v", e)
	}
	page = b.get(cityhall).body
	if strings.Contains(page, "<script>alert") || !strings.Contains(page, "<ins>") || !strings.Contains(page, "<del>") || !strings.Contains(page, "უფრო მოკლედ") {
		t.Error("the history does not show what changed")
	}
	o.expect(b.post(cityhall+"/publish", o.form(page, "why", "ისევ")...), 422, "") // nothing changes
	o.expect(b.post(cityhall+"/publish", o.form(page, "answer-ka", "ესეც", "why", "მეორე")...), 303, cityhall)

	// Back to the version before, then to the folder.
	take := regexp.MustCompile(`/console/content/cityhall-what\?version=(\d+)`).FindAllStringSubmatch(b.get(cityhall).body, -1)
	if len(take) != 3 {
		t.Fatalf("%d versions can be taken", len(take))
	}
	page = b.get(take[1][0]).body
	o.expect(b.post(cityhall+"/publish", o.form(page)...), 303, cityhall)
	if e, _ := o.lib.Load().Entry("cityhall-what"); e.Answer["ka"] != said {
		t.Errorf("back to the version before is %q", e.Answer["ka"])
	}
	o.expect(b.get(cityhall+"?version=999"), 404, "")
	page = b.get(cityhall).body
	o.expect(b.post(cityhall+"/folder", o.form(page, "why", "")...), 422, "")
	o.expect(b.post(cityhall+"/folder", o.form(page, "why", "ზედმეტია")...), 303, cityhall)
	if e, _ := o.lib.Load().Entry("cityhall-what"); !strings.Contains(e.Answer["ka"], "ადგილობრივ") {
		t.Errorf("the folder says %q", e.Answer["ka"])
	}
	acts := map[string]int{}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 100})
		for _, a := range as {
			if a.Object == "cityhall-what" && a.Login == "staff" {
				acts[a.Act]++
			}
		}
		return err
	}))
	if acts["content.draft"] != 1 || acts["content.publish"] != 3 || acts["content.folder"] != 1 {
		t.Errorf("the trail has %v", acts)
	}
}

func TestContentMistakes(t *testing.T) {
	o := newOffice(t)
	b := o.enter("staff")
	page := b.get(cityhall).body
	for name, c := range map[string]struct {
		act   string
		pairs []string
		want  string
	}{
		"no reason":          {"publish", []string{"answer-ka", "სხვა", "why", " "}, "რატომ იცვლება"},
		"no question":        {"publish", []string{"question-ka", " ", "why", "x"}, "დაწერეთ კითხვა"},
		"no answer":          {"publish", []string{"answer-ka", "", "why", "x"}, "დაწერეთ პასუხი"},
		"no source":          {"publish", []string{"source-ka", "", "why", "x"}, "წყარო"},
		"script as source":   {"publish", []string{"source-ka", "javascript:alert(1)", "why", "x"}, "წყარო არ გამოდგება"},
		"asks nobody":        {"publish", []string{"flag", "asks", "why", "x"}, "დეტალებს"},
		"checked tomorrow":   {"publish", []string{"checked", time.Now().AddDate(0, 0, 3).Format(time.DateOnly), "why", "x"}, "ჯერ არ დამდგარა"},
		"a long answer":      {"draft", []string{"answer-ka", strings.Repeat("ა", editor.MaxAnswer+1)}, "2000"},
		"a long phrasing":    {"draft", []string{"phrasings-ka", strings.Repeat("ა", editor.MaxPhrasing+1)}, "300"},
		"too many phrasings": {"draft", []string{"phrasings-en", manyLines(editor.MaxPhrasings + 1)}, "200"},
		"nothing to try":     {"try", []string{"try", "", "question-ka", "", "try-lang", "ka"}, "დაწერეთ, რას კითხულობს"},
	} {
		got := b.post(cityhall+"/"+c.act, o.form(page, c.pairs...)...)
		if got.StatusCode != 422 || !strings.Contains(got.body, `role="alert"`) || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d, want %q:\n%s", name, got.StatusCode, c.want, regexp.MustCompile(`(?s)role="alert">.*?<`).FindString(got.body))
		}
		if len(c.pairs) > 1 && c.act != "try" && !strings.Contains(got.body, html.EscapeString(strings.TrimSpace(c.pairs[1]))) && c.pairs[0] != "flag" {
			t.Errorf("%s: what was written is lost", name)
		}
	}
	o.expect(b.post(cityhall+"/publish", "seen", "nonsense"), 404, "")
	o.expect(b.post(cityhall+"/draft", "x", strings.Repeat("x", maxContent)), 413, "")
	o.expect(b.post(cityhall+"/drop", "seen", "0"), 409, "")
	if n := versionsOf(o, "cityhall-what"); n != 0 {
		t.Errorf("%d versions of what was refused", n)
	}
	var many strings.Builder
	for i := range editor.MaxPhrasings {
		fmt.Fprintln(&many, i, strings.Repeat("ა", 70))
	}
	o.expect(b.post(cityhall+"/draft", o.form(page, "phrasings-ka", many.String())...), 303, cityhall) // as many as may be
	o.expect(o.enter("village").post(cityhall+"/publish", o.form(page, "answer-ka", "სხვა", "why", "x")...), 403, "")
}

func manyLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintln(&b, "line", i)
	}
	return b.String()
}

func versionsOf(o *office, id string) (n int) {
	o.t.Helper()
	o.must(o.store.View(o.t.Context(), func(tx store.Tx) error {
		es, err := tx.Contents.Of(id, 100)
		n = len(es)
		return err
	}))
	return n
}

// A question that the bot could not answer becomes an answer, in the words in which it was asked.
func TestContentFromAQuestion(t *testing.T) {
	o := newOffice(t)
	b := o.enter("staff")
	var id string
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		qs, _, err := tx.Questions.Latest(store.Page{Limit: 50})
		for _, q := range qs {
			if strings.Contains(q.Text, "01001012345") {
				id = q.ID
			}
		}
		return err
	}))
	page := b.get("/console/content/new?from=" + id).body
	if !strings.Contains(page, "•••45") || strings.Contains(page, "01001012345") || !strings.Contains(page, `value="q-`+id+`"`) {
		t.Error("the form is not filled with the question, or with a number of somebody")
	}
	o.expect(b.get("/console/content/new?from=nonsense"), 404, "")
	form := o.form(page, "id", "new-road", "question-ka", "როდის მოასფალტებენ გზას სოფელში?", "phrasings-ka", "ასფალტი როდის იქნება ჩვენთან", "answer-ka", "წელს არა.", "source-ka", "მერიის გეგმა", "file", "village", "why", "ბევრი კითხულობს")
	for _, bad := range []string{"", "Road 1", "new", "none", strings.Repeat("a", 25), "../x"} {
		o.expect(b.post("/console/content/new/publish", append([]string{"id", bad}, without(form, "id")...)...), 422, "")
	}
	if got := b.post("/console/content/new/publish", append([]string{"id", "cityhall-what"}, without(form, "id")...)...); got.StatusCode != 422 || !strings.Contains(got.body, "უკვე არის") {
		t.Errorf("an id that is taken: %d", got.StatusCode)
	}
	o.expect(b.post("/console/content/new/publish", form...), 303, "/console/content/new-road")
	e, ok := o.lib.Load().Entry("new-road")
	if at, _ := o.lib.Load().At("new-road"); !ok || e.Answer["ka"] != "წელს არა." || at != "answers/village.yaml" {
		t.Errorf("told is %+v of %s", e, at)
	}
	// It is taken out, and brought back from the history.
	o.expect(b.post("/console/content/new-road/folder", o.form(b.get("/console/content/new-road").body, "why", "მოძველდა")...), 303, "/console/content/new-road")
	if _, ok := o.lib.Load().Entry("new-road"); ok {
		t.Error("it is still told")
	}
	take := regexp.MustCompile(`/console/content/new-road\?version=(\d+)`).FindStringSubmatch(b.get("/console/content/new-road").body)
	if take == nil {
		t.Fatal("it cannot be brought back")
	}
	o.expect(b.post("/console/content/new-road/publish", o.form(b.get(take[0]).body)...), 303, "/console/content/new-road")
	if _, ok := o.lib.Load().Entry("new-road"); !ok {
		t.Error("it is not back")
	}
	// A draft of a new one is given up.
	draft := o.form(b.get("/console/content/new").body, "id", "later", "question-ka", "მერე?")
	o.expect(b.post("/console/content/new/draft", draft...), 303, "/console/content/later")
	if !strings.Contains(b.get("/console/content?show=draft").body, "/console/content/later") {
		t.Error("the draft is not listed")
	}
	o.expect(b.post("/console/content/new/draft", draft...), 409, "") // somebody else's, with the same name
	o.expect(b.post("/console/content/later/drop", o.form(b.get("/console/content/later").body)...), 303, "/console/content/later")
	if strings.Contains(b.get("/console/content?show=draft").body, "/console/content/later") {
		t.Error("the draft is still listed")
	}
}

func without(pairs []string, name string) (left []string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] != name {
			left = append(left, pairs[i], pairs[i+1])
		}
	}
	return left
}
