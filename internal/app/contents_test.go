package app

import (
	"bytes"
	"context"
	"errors"
	"html"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/config"
	"ogpbot/internal/editor"
	"ogpbot/internal/store"
)

// townCopy is a folder of its own, to be changed.
func townCopy(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "town")
	if err := os.CopyFS(dir, os.DirFS("../../content/testdata/mziani")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// reword changes words in the folder's answers.
func reword(t *testing.T, dir, old, new string) {
	t.Helper()
	file := filepath.Join(dir, "answers", "town.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%q is not in the folder", old)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte(old), []byte(new)), 0o600); err != nil {
		t.Fatal(err)
	}
}

var (
	hiddenSeen = regexp.MustCompile(`id="edit"[^>]*>\s*<input type="hidden" name="seen" value="(\d+)"`)
	fieldForm  = regexp.MustCompile(`(?s)<(?:input|textarea) id="f-([a-z-]+)"[^>]*?(?: value="([^"]*)"[^>]*>|>\n?([^<]*)</textarea>)`)
	ticked     = regexp.MustCompile(`name="(flag|tells|tells-auto)" value="([^"]+)" checked`)
)

// form is what stands in the form of an answer, with some fields changed.
func (d *desk) form(page string, pairs ...string) url.Values {
	d.t.Helper()
	f := url.Values{}
	for _, m := range fieldForm.FindAllStringSubmatch(page, -1) {
		f.Set(m[1], html.UnescapeString(m[2]+m[3]))
	}
	for _, m := range ticked.FindAllStringSubmatch(page, -1) {
		f.Add(m[1], m[2])
	}
	seen := hiddenSeen.FindStringSubmatch(page)
	if seen == nil {
		d.t.Fatalf("no form on the page:\n%s", page)
	}
	f.Set("seen", seen[1])
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// A colleague changes an answer at a desk; the next citizen is told the new words, also after a restart; and what the folder
// says from then on is followed, noted, or refused.
func TestContentFromTheDeskToTheCitizen(t *testing.T) {
	const nino, question, was, is = 77, "როგორ შევიტანო პეტიცია?", "საკრებულოს კანცელარიაში", "პეტიცია ახლა ელექტრონულადაც შეგიძლიათ."
	cfg := settings(t)
	cfg.Content = townCopy(t)
	p := start(t, cfg, fakebot.Options{})
	p.telegram.SendText(nino, question)
	p.hears(t, nino, 1, was)

	d := p.desk(t, "keti")
	edit := d.form(d.open("/console/content/petition"), "answer-ka", is, "why", "ახალი წესი", "try", question, "try-lang", "ka")
	if page := d.send("/console/content/petition/try", edit); !strings.Contains(page, is+"</p>") {
		t.Error("the trial does not say the new words")
	}
	p.telegram.SendText(nino, question)
	p.hears(t, nino, 2, was) // a trial is nobody's answer
	d.send("/console/content/petition/publish", edit)
	p.telegram.SendText(nino, question)
	p.hears(t, nino, 3, is)

	// A new answer, to what was not known before.
	const wolves = "მგლები სად ცხოვრობენ მზიანში?"
	d.send("/console/content/new/publish", d.form(d.open("/console/content/new"), "id", "wolves", "question-ka", wolves, "phrasings-ka", "მგლები ტყეში ცხოვრობენ?\nმგელი სად ნახეს",
		"answer-ka", "ზემოთ, ტყეში.", "source-ka", "მეტყევის ცნობა", "checked", "2026-01-02", "tells-auto", "1", "file", "town", "why", "ხშირად კითხულობენ"))
	p.telegram.SendText(nino, wolves)
	p.hears(t, nino, 4, "ზემოთ, ტყეში.")
	if err := p.end(); err != nil {
		t.Fatal(err)
	}

	p = start(t, cfg, fakebot.Options{})
	for range 4 { // this Telegram counts from 1 again, and what has a number of before is taken for delivered again
		p.telegram.SendText(nino+1, "x")
	}
	p.telegram.SendText(nino, question)
	p.hears(t, nino, 1, is)

	// The folder changes under it: the colleague's words stay, and it is said.
	reword(t, cfg.Content, was, "მერიის კანცელარიაში")
	if err := p.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.telegram.SendText(nino, question)
	p.hears(t, nino, 2, is)
	d = p.desk(t, "keti")
	if page := d.open("/console/content/petition"); !strings.Contains(page, `class="note"`) || !strings.Contains(page, "საქაღალდეშიც შეიცვალა") {
		t.Error("the page does not say that the folder has changed")
	}
	if log := p.log.String(); !strings.Contains(log, "entry=petition") || strings.Contains(log, is) {
		t.Errorf("the log does not say that the folder has changed, or says too much:\n%s", log)
	}
	if list := d.open("/console/content?show=look"); !strings.Contains(list, "/console/content/petition") || strings.Contains(list, "/console/content/wolves") {
		t.Error("the list does not show what needs a look")
	}
	// A mistake in the folder keeps what is in use.
	reword(t, cfg.Content, "- id: budget", "- idd: budget")
	if err := p.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), `unknown key "idd"`) {
		t.Errorf("a mistake in the folder: %v", err)
	}
	p.telegram.SendText(nino, question)
	p.hears(t, nino, 3, is)
	reword(t, cfg.Content, "- idd: budget", "- id: budget")

	// The folder is right after all.
	d.send("/console/content/petition/folder", d.form(d.open("/console/content/petition"), "why", "საქაღალდე სწორია"))
	p.telegram.SendText(nino, question)
	p.hears(t, nino, 4, "მერიის კანცელარიაში")
}

// A version that the folder has outgrown is left out and shown; the program starts all the same.
func TestContentThatDoesNotFit(t *testing.T) {
	cfg := settings(t)
	cfg.Content = townCopy(t)
	first, err := New(cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := first.library().Entry("road")
	e.Answer = bot.Text{"ka": "აქ მხოლოდ ქართულად."}
	if err := first.store.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Contents.Append(bot.Edit{State: bot.EditLive, Entry: e, File: "town", At: time.Now().UTC(), By: "keti", Why: "x"}, 0)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(cfg.Content, "place.yaml")
	text, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(place, bytes.ReplaceAll(text, []byte("languages: [ka, en, fr]"), []byte("languages: [en, ka, fr]")), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, cfg, fakebot.Options{})
	if e, ok := p.library().Entry("road"); !ok || e.Answer["en"] == "" {
		t.Errorf("told is %+v", e)
	}
	if log := p.log.String(); !strings.Contains(log, "entry=road") || !strings.Contains(log, "left out") {
		t.Errorf("the log says\n%s", log)
	}
	d := p.desk(t, "keti")
	page := d.open("/console/content/road")
	if !strings.Contains(page, `class="note"`) || !strings.Contains(page, "default language") {
		t.Error("the page does not say that it is left out, and why")
	}
	// Others can be published meanwhile, and it can be put right.
	d.send("/console/content/budget/publish", d.form(d.open("/console/content/budget"), "answer-ka", "ბიუჯეტი საიტზეა.", "why", "x"))
	d.send("/console/content/road/publish", d.form(page, "answer-en", "Tell the City Hall.", "question-en", "The road?", "source-en", "", "why", "put right"))
	if e, _ := p.library().Entry("road"); e.Answer["en"] != "Tell the City Hall." {
		t.Errorf("told is %+v", e)
	}
	if strings.Contains(d.open("/console/content/road"), `class="note"`) {
		t.Error("it is still said to need a look")
	}
}

// What is exported and imported again is the same, through a file and through a folder, with the program running or not.
func TestContentExportAndImport(t *testing.T) {
	cfg := settings(t)
	cfg.Content = townCopy(t)
	o := newOffice(t, cfg)
	by := bot.Account{Login: "keti", Role: bot.RoleStaff}
	change := func(o *office, id string, change func(*bot.Entry)) {
		t.Helper()
		i, history, err := o.editor.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		change(&i.Entry)
		c := newChange(i.Entry)
		if len(history) > 0 {
			c.Seen = history[0].No
		}
		if err := o.editor.Publish(t.Context(), c, by); err != nil {
			t.Fatal(err)
		}
	}
	change(o, "petition", func(e *bot.Entry) {
		e.Answer = bot.Text{"ka": "\"ახალი\":\nორ ხაზად", "en": "new", "fr": "nouveau"}
	})
	change(o, "session", func(e *bot.Entry) { e.Hidden = true })
	wolves := newChange(bot.Entry{ID: "wolves", Question: bot.Text{"ka": "მგლები?"}, Answer: bot.Text{"ka": "ტყეში."}, Source: bot.Text{"ka": "მეტყევე"}})
	wolves.New, wolves.File = true, "forest"
	if err := o.editor.Publish(t.Context(), wolves, by); err != nil {
		t.Fatal(err)
	}
	want := saidBy(o.App)
	over, err := client(t, cfg, true).Contents(t.Context())
	if err != nil || len(over) != 3 {
		t.Fatalf("%d versions, %v", len(over), err)
	}
	text, err := ContentFile(cfg, over)
	if err != nil {
		t.Fatal(err)
	}
	exported := filepath.Join(t.TempDir(), "town")
	if _, err := ExportContents(cfg, over, exported); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][]ContentText{"file": {{"export.yaml", text}}, "folder": filesOf(t, exported)} {
		for _, remote := range []bool{true, false} {
			other := settings(t)
			other.Content = cfg.Content
			if remote {
				newOffice(t, other)
			}
			c := client(t, other, remote)
			n, err := c.ImportContents(t.Context(), ContentImport{Files: files, Why: "from elsewhere"})
			if err != nil || n != 3 {
				t.Fatalf("%s: %d imported, %v", name, n, err)
			}
			if n, err = c.ImportContents(t.Context(), ContentImport{Files: files, Why: "again"}); err != nil || n != 0 {
				t.Errorf("%s: %d imported again, %v", name, n, err)
			}
			again, err := c.Contents(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(digestsOf(again), digestsOf(over)) {
				t.Errorf("%s: what is published is another", name)
			}
			back, err := ContentFile(other, again)
			if err != nil || !bytes.Equal(back, text) {
				t.Errorf("%s: the second export is another: %v\n%s", name, err, back)
			}
		}
	}
	for name, bad := range map[string]string{"not yaml": "- id: [", "no source": "- id: petition\n  question: {ka: რა}\n  answer: {ka: ეს}\n", "a key": "- idd: x\n"} {
		if n, err := client(t, cfg, true).ImportContents(t.Context(), ContentImport{Files: []ContentText{{"bad.yaml", []byte(bad)}}, Why: "x"}); err == nil || n != 0 {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	if !reflect.DeepEqual(saidBy(o.App), want) {
		t.Error("a refused import changed something")
	}
	// Over its own folder: the knowledge is the same, and nothing stands over it any more.
	if _, err := ExportContents(cfg, over, cfg.Content); err != nil {
		t.Fatal(err)
	}
	if err := o.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(saidBy(o.App), want) {
		t.Error("the folder says something else than what was published")
	}
	if left, err := o.editor.Live(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("%d versions stand over the folder, %v", len(left), err)
	}
	empty := settings(t)
	empty.Content = cfg.Content
	alone, err := New(empty, silent)
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if !reflect.DeepEqual(saidBy(alone), want) {
		t.Error("the folder alone says something else")
	}
}

// Whoever tries an answer hears which questions it takes from others, and which are nobody's.
func TestTryWarnsOfWrongAnswers(t *testing.T) {
	cfg := settings(t)
	cfg.Content = townCopy(t)
	for name, text := range map[string]string{"questions.tsv": "id\tlang\ttext\nbudget\tka\tმუნიციპალიტეტის ბიუჯეტის დოკუმენტი სად არის\nnone\tka\tძაღლი დამეკარგა და ვეძებ\n"} {
		if err := os.WriteFile(filepath.Join(cfg.Content, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := newOffice(t, cfg)
	try := func(c editor.Change) (kinds map[editor.NoteKind]string) {
		t.Helper()
		_, notes, err := o.editor.Try(t.Context(), c, bot.Account{Login: "keti", Role: bot.RoleStaff}, "ka", "x")
		if err != nil {
			t.Fatal(err)
		}
		kinds = map[editor.NoteKind]string{}
		for _, n := range notes {
			kinds[n.Kind] += n.Other + ":" + n.Text + ";"
		}
		return kinds
	}
	greedy := newChange(bot.Entry{ID: "dogs", Question: bot.Text{"ka": "ძაღლი დამეკარგა და ვეძებ"}, Answer: bot.Text{"ka": "ძაღლი."}, Source: bot.Text{"ka": "x"},
		Phrasings: map[bot.Language][]string{"ka": {"მუნიციპალიტეტის ბიუჯეტის დოკუმენტი სად არის"}}})
	got := try(greedy)[editor.NoteTakes]
	if !strings.Contains(got, "budget:მუნიციპალიტეტის") || !strings.Contains(got, ":ძაღლი") {
		t.Errorf("of questions that it takes is said %q", got)
	}
	petition, _ := o.library().Entry("petition")
	petition.Answer = bot.Text{"ka": "ახალი."}
	if got := try(newChange(petition))[editor.NoteTakes]; got != "" {
		t.Errorf("an answer that takes nothing is said to take %q", got)
	}
}

// saidBy is every answer that the program gives, and every one that it hides.
func saidBy(a *App) map[string]string {
	all, lib := map[string]string{}, a.knowledge.Load().Library
	for _, e := range lib.Entries() {
		all[e.ID] = e.Digest()
	}
	for _, e := range lib.Hidden() {
		all["hidden "+e.ID] = e.Digest()
	}
	return all
}

func digestsOf(es []bot.Edit) map[string]string {
	all := map[string]string{}
	for _, e := range es {
		all[e.Entry.ID] = e.Entry.Digest()
	}
	return all
}

func filesOf(t *testing.T, dir string) (files []ContentText) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "answers", "*.yaml"))
	if err != nil || len(names) < 2 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, ContentText{name, text})
	}
	return files
}

// What `ask` says is what citizens are told.
func TestAskKnowsWhatIsPublished(t *testing.T) {
	cfg := settings(t)
	know, err := LearnPublished(t.Context(), cfg, silent)
	if err != nil || !strings.Contains(know.Ask("", "ka", "როგორ შევიტანო პეტიცია?").Text, "კანცელარიაში") {
		t.Fatalf("without a database: %v", err)
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, databaseName)); err == nil {
		t.Error("asking made a database")
	}
	o := newOffice(t, cfg)
	e, _ := o.library().Entry("petition")
	e.Answer = bot.Text{"ka": "ახალი წესია."}
	if err := o.editor.Publish(t.Context(), newChange(e), bot.Account{Login: "keti", Role: bot.RoleStaff}); err != nil {
		t.Fatal(err)
	}
	for _, running := range []bool{true, false} {
		if !running {
			o.stop()
		}
		know, err := LearnPublished(t.Context(), cfg, silent)
		if err != nil || !strings.Contains(know.Ask("", "ka", "როგორ შევიტანო პეტიცია?").Text, "ახალი წესია.") {
			t.Errorf("running %v: %v", running, err)
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	a, err := New(config.Config{Data: b.TempDir(), Store: "bolt", TelegramAPI: "https://api.telegram.org", Listen: "127.0.0.1:0", TelegramMode: "poll", LogFormat: "text", LogLevel: "info"}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	by := bot.Account{Login: "keti", Role: bot.RoleStaff}
	e, _ := a.library().Entry("cityhall-what")
	words := func(n int) bot.Entry {
		e := e
		e.Answer = bot.Text{"ka": strings.Repeat("ა", n%1000+1)}
		return e
	}
	n := 0
	b.Run("try", func(b *testing.B) {
		for b.Loop() {
			n++
			if _, _, err := a.editor.Try(context.Background(), newChange(words(n)), by, "ka", "რა არის მერია"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("try again", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := a.editor.Try(context.Background(), newChange(words(n)), by, "ka", "რა არის მერია"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("publish", func(b *testing.B) {
		for b.Loop() {
			n++
			c := newChange(words(n))
			_, history, err := a.editor.Get(context.Background(), e.ID)
			if len(history) > 0 {
				c.Seen = history[0].No
			}
			if err = errors.Join(err, a.editor.Publish(context.Background(), c, by)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func newChange(e bot.Entry) editor.Change { return editor.Change{Entry: e, Why: "because"} }
