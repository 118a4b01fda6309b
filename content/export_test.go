package content

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ogpbot/bot"
)

// written is what somebody wrote over the shipped folder: a changed answer, a hidden one and a new one, with all that YAML
// might take for something else.
func written(t *testing.T) []Written {
	t.Helper()
	lib, _, err := Load(Default())
	if err != nil {
		t.Fatal(err)
	}
	changed, hidden := lib.Entries()[3], lib.Entries()[20]
	changed.Answer = bot.Text{"ka": "პირველი ხაზი: \"ბრჭყალები\"\n# მეორე\n\n- მესამე \\ {x}", "en": "yes", "fr": "non: #"}
	changed.Phrasings = map[bot.Language][]string{"ka": {"- რა", "null", "2026-01-02", "a: b"}, "en": {"'", `"`}}
	changed.Source = bot.Text{"ka": "გადაწყვეტილება № 5", "en": "Decision 5"}
	hidden.Hidden = true
	return []Written{{Entry: changed}, {Entry: hidden}, {File: "new", Entry: bot.Entry{ID: "brand-new", Question: bot.Text{"ka": "ახალია?"},
		Phrasings: map[bot.Language][]string{}, Answer: bot.Text{"ka": "კი\t\u200b."}, Handover: true, Asks: true, Promises: true, Tells: []bot.Detail{},
		Checked: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)}}}
}

// file fills in where entries of the folder stand.
func filed(lib *Library, ws []Written) []Written {
	for i := range ws {
		if at, _ := lib.At(ws[i].ID); at != "" {
			ws[i].File = strings.TrimSuffix(strings.TrimPrefix(at, "answers/"), ".yaml")
		}
	}
	return ws
}

func digests(es []bot.Entry) map[string]string {
	all := map[string]string{}
	for _, e := range es {
		all[e.ID] = e.Digest()
	}
	return all
}

func TestWrittenStandsOverTheFolder(t *testing.T) {
	base, _, err := Load(Default())
	if err != nil {
		t.Fatal(err)
	}
	ws := filed(base, written(t))
	lib, _, err := Load(Default(), ws...)
	if err != nil {
		t.Fatal(err)
	}
	e, ok := lib.Entry(ws[0].ID)
	if !ok || e.Digest() != ws[0].Digest() || lib.Entries()[3].ID != e.ID {
		t.Errorf("the changed answer is %+v", e)
	}
	if was, over := lib.Folder(e.ID); !over || was == nil || was.Digest() != base.Entries()[3].Digest() {
		t.Errorf("the folder's is %+v, %v", was, over)
	}
	if _, ok := lib.Entry(ws[1].ID); ok || len(lib.Hidden()) != 1 || lib.Hidden()[0].ID != ws[1].ID {
		t.Errorf("the hidden answer is told, or not kept: %v", lib.Hidden())
	}
	for _, q := range lib.QuestionData {
		if q.ID == ws[1].ID {
			t.Errorf("%q must get what nobody is told", q.Text)
		}
	}
	if _, ok := lib.Entry("brand-new"); !ok || len(lib.Entries()) != len(base.Entries()) {
		t.Errorf("%d answers, want %d", len(lib.Entries()), len(base.Entries()))
	}
	if was, over := lib.Folder("brand-new"); !over || was != nil {
		t.Errorf("the folder says %+v of a new one", was)
	}
	if file, _ := lib.At("brand-new"); file != "answers/new.yaml" {
		t.Errorf("the new one belongs into %q", file)
	}
	one, err1 := Fingerprint(Default(), ws...)
	other, err2 := Fingerprint(Default(), ws[:2]...)
	if err1 != nil || err2 != nil || one == other {
		t.Error("the fingerprint does not tell what was written")
	}
}

// What is written is checked as the folder is, and each mistake says whose it is.
func TestWrittenIsChecked(t *testing.T) {
	good := bot.Entry{ID: "b", Question: bot.Text{"ka": "რა"}, Answer: bot.Text{"ka": "ეს"}, Source: bot.Text{"ka": "x"}}
	for name, c := range map[string]struct {
		change func(*Written)
		want   string
	}{
		"no source":           {func(w *Written) { w.Source = nil }, `the answer b: error: the entry "b" names no source`},
		"no question":         {func(w *Written) { w.Question = nil }, "has no question"},
		"no answer":           {func(w *Written) { w.Answer = bot.Text{"ka": " "} }, "has no answer"},
		"other language only": {func(w *Written) { w.Answer = bot.Text{"de": "das"} }, "has no answer"},
		"bad id":              {func(w *Written) { w.ID = "a\n- id: c" }, "cannot be an id"},
		"bad file":            {func(w *Written) { w.File = "../x" }, "cannot be an id"},
		"script as source":    {func(w *Written) { w.Source = bot.Text{"ka": "javascript:alert(1)"} }, "is no link to read"},
		"asks nobody":         {func(w *Written) { w.Asks = true }, "asks for details that nobody is told"},
		"the last one hidden": {func(w *Written) { w.ID = "a"; w.Hidden = true }, "there is no answer"},
	} {
		w := Written{Entry: good, File: "new"}
		c.change(&w)
		lib, _, err := Load(folder(nil), w)
		if err == nil || lib != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file of answers is the same whether it is read alone or in its folder, and what is written is read again as it was.
func TestEntriesRoundTrip(t *testing.T) {
	if _, _, err := Load(Default(), written(t)...); err == nil {
		t.Fatal("an entry without a file was taken")
	}
	base, _, err := Load(Default())
	if err != nil {
		t.Fatal(err)
	}
	lib, _, err := Load(Default(), filed(base, written(t))...)
	if err != nil {
		t.Fatal(err)
	}
	all := append(lib.Entries(), lib.Hidden()...)
	text := Entries(all, lib.Place().Languages)
	again, _, err := ReadEntries(text, "export.yaml", lib.Place().Languages)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(digests(again), digests(all)) {
		t.Error("an entry is another after writing and reading")
	}
	if _, _, err := ReadEntries([]byte("- id: x\n"), "export.yaml", lib.Place().Languages); err == nil || !strings.Contains(err.Error(), "export.yaml:1") {
		t.Errorf("a mistake is not found: %v", err)
	}
	if es, _, err := ReadEntries(Entries(nil, nil), "x", lib.Place().Languages); err != nil || len(es) != 0 {
		t.Errorf("no entries: %v, %v", es, err)
	}
}

// A folder into which the changes were exported says by itself what was said with them over it.
func TestExportIntoAFolder(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, dir string){
		"a new one": func(*testing.T, string) {},
		"the one it came from": func(t *testing.T, dir string) {
			if err := os.CopyFS(dir, Default()); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "town")
			prepare(t, dir)
			base, _, err := Load(Default())
			if err != nil {
				t.Fatal(err)
			}
			ws := filed(base, written(t))
			want, _, err := Load(Default(), ws...)
			if err != nil {
				t.Fatal(err)
			}
			files, err := Export(Default(), ws, dir)
			if err != nil || len(files) < 2 {
				t.Fatalf("%v, %v", files, err)
			}
			got, _, err := Load(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(digests(got.Entries()), digests(want.Entries())) || !reflect.DeepEqual(digests(got.Hidden()), digests(want.Hidden())) {
				t.Error("the folder says something else")
			}
			if !reflect.DeepEqual(got.QuestionData, want.QuestionData) {
				t.Error("the questions are others")
			}
			if files, err = Export(Default(), ws, dir); err != nil || len(files) != 0 {
				t.Errorf("a second export writes %v, %v", files, err)
			}
			// What was not changed is as it was, to the letter.
			_ = fs.WalkDir(Default(), ".", func(file string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || strings.HasPrefix(file, "answers/") {
					return err
				}
				was, _ := fs.ReadFile(Default(), file)
				if is, _ := os.ReadFile(filepath.Join(dir, file)); string(is) != string(was) {
					t.Errorf("%s was changed", file)
				}
				return nil
			})
		})
	}
}

// Remarks and entries that were not changed stay as somebody laid them out; what is laid out otherwise is written anew.
func TestExportKeepsLayout(t *testing.T) {
	entry := func(id, answer string) string {
		return "- id: " + id + "\n  question: {ka: რა}\n  answer: {ka: " + answer + "}\n  source: x\n  checked: 2026-01-02\n"
	}
	two := Written{File: "a", Entry: bot.Entry{ID: "two", Question: bot.Text{"ka": "რა"}, Answer: bot.Text{"ka": "ახალი"}, Source: bot.Text{"ka": "x"}, Checked: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}}
	plain := "- id: two\n  question:\n    ka: \"რა\"\n  answer:\n    ka: \"ახალი\"\n  source: \"x\"\n  checked: 2026-01-02\n"
	for name, c := range map[string]struct{ was, want string }{
		"in the middle": {"# top\n" + entry("one", "ა") + "\n# of two\n" + entry("two", "ბ") + "\n# of three\n" + entry("three", "გ") + "# end\n",
			"# top\n" + entry("one", "ა") + "\n# of two\n" + plain + "\n# of three\n" + entry("three", "გ") + "# end\n"},
		"at the end":    {entry("one", "ა") + entry("two", "ბ"), entry("one", "ა") + plain},
		"a new one":     {entry("one", "ა") + "# end", entry("one", "ა") + "# end\n" + plain},
		"further in":    {"  " + strings.ReplaceAll(strings.TrimSuffix(entry("two", "ბ"), "\n"), "\n", "\n  ") + "\n", "  " + strings.ReplaceAll(strings.TrimSuffix(plain, "\n"), "\n", "\n  ") + "\n"},
		"a dash alone":  {"-\n  id: two\n  question: {ka: რა}\n  answer: {ka: ბ}\n  source: x\n  checked: 2026-01-02\n", plain},
		"in brackets":   {"[{id: two, question: {ka: რა}, answer: {ka: ბ}, source: x, checked: 2026-01-02}]\n", plain},
		"nothing to do": {"[{id: two, question: {ka: რა}, answer: {ka: ახალი}, source: x, checked: 2026-01-02}]\n", "[{id: two, question: {ka: რა}, answer: {ka: ახალი}, source: x, checked: 2026-01-02}]\n"},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, fstest.MapFS{"place.yaml": {Data: []byte(goodPlace)}, "answers/a.yaml": {Data: []byte(c.was)}}); err != nil {
			t.Fatal(err)
		}
		if _, err := Export(os.DirFS(dir), []Written{two}, dir); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := os.ReadFile(filepath.Join(dir, "answers", "a.yaml")); string(got) != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Export(Default(), []Written{two}, dir); err == nil || !strings.Contains(err.Error(), "no content folder") {
		t.Errorf("a folder with something else in it: %v", err)
	}
}
