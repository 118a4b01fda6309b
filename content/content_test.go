package content

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"ogpbot/bot"
)

const (
	goodPlace = "name: {ka: x}\ntimezone: Asia/Tbilisi\nlanguages: [ka]\n"
	goodEntry = "- id: a\n  question: {ka: რა}\n  answer: {ka: ეს}\n  source: x\n  checked: 2026-01-02\n"
)

// folder is a small good folder with some files put over it; "" takes a file away.
func folder(files map[string]string) fstest.MapFS {
	all := map[string]string{"place.yaml": goodPlace, "answers/a.yaml": goodEntry}
	for name, text := range files {
		all[name] = text
	}
	fsys := fstest.MapFS{}
	for name, text := range all {
		if text != "" {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return fsys
}

func TestShippedContentIsGood(t *testing.T) {
	lib, problems, err := Load(Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s", p)
	}
	if len(lib.Entries()) < 110 || len(lib.Commitments()) != 3 || len(lib.Villages()) != 32 {
		t.Errorf("%d answers, %d commitments, %d villages", len(lib.Entries()), len(lib.Commitments()), len(lib.Villages()))
	}
	for _, e := range lib.Entries() {
		for lang, least := range map[bot.Language]int{"ka": 25, "en": 5, "fr": 4} {
			if n := len(e.Phrasings[lang]); n < least {
				t.Errorf("%s has %d phrasings in %s, want %d", e.ID, n, lang, least)
			}
		}
	}
}

// Nothing that the bot can say holds a person's address or a name that must not be in it.
func TestShippedContentNamesNobody(t *testing.T) {
	lib, _, err := Load(Default())
	if err != nil {
		t.Fatal(err)
	}
	banned := []string{"@", "gmail", "Darchia", "დარჩია", "Khintibidze", "ხინთიბიძე", "Mzhavanadze", "მჟავანაძე", "Ghlonti", "ღლონტი",
		"Talakvadze", "თალაკვაძე", "Kunchulia", "კუნჭულია", "Tavdumadze", "თავდუმაძე", "Salukvadze", "სალუქვაძე"}
	for _, e := range lib.Entries() {
		for _, text := range []bot.Text{e.Question, e.Answer, e.Source} {
			for _, s := range text {
				for _, b := range banned {
					if strings.Contains(s, b) {
						t.Errorf("%s holds %q", e.ID, b)
					}
				}
			}
		}
	}
}

func TestMistakesNameFileLineAndRemedy(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no place":           {map[string]string{"place.yaml": ""}, "place.yaml: error: the file is missing"},
		"empty place":        {map[string]string{"place.yaml": "\n"}, "place.yaml: error: the file is empty"},
		"no answers":         {map[string]string{"answers/a.yaml": ""}, "answers: error: there is no answer"},
		"time zone":          {map[string]string{"place.yaml": "name: {ka: x}\ntimezone: Mars\nlanguages: [ka]\n"}, `place.yaml:2: error: "Mars" is not a time zone. Use a name like Asia/Tbilisi`},
		"not yaml":           {map[string]string{"answers/b.yaml": "- id: b\n  question: {ka: \"რა}\n"}, "answers/b.yaml:"},
		"unknown key":        {map[string]string{"answers/b.yaml": "- id: b\n  qestion: {ka: რა}\n"}, `answers/b.yaml:2: error: unknown key "qestion". Did you mean "question"`},
		"key twice":          {map[string]string{"answers/b.yaml": "- id: b\n  id: c\n"}, `answers/b.yaml:2: error: the key "id" stands here twice`},
		"id twice":           {map[string]string{"answers/b.yaml": goodEntry}, `answers/b.yaml:1: error: the id "a" is taken by answers/a.yaml:1`},
		"bad id":             {map[string]string{"answers/b.yaml": "- id: Bad Id\n"}, `answers/b.yaml:1: error: "Bad Id" cannot be an id`},
		"no source":          {map[string]string{"answers/b.yaml": "- id: b\n  question: {ka: რა}\n  answer: {ka: ეს}\n  checked: 2026-01-02\n"}, `names no source. Add source`},
		"other language":     {map[string]string{"answers/b.yaml": "- id: b\n  question: {ka: რა, de: was}\n"}, `answers/b.yaml:2: error: the language "de" is not one of this place`},
		"default missing":    {map[string]string{"answers/b.yaml": "- id: b\n  question: {}\n"}, `answers/b.yaml:2: error: the default language "ka" is missing`},
		"bad date":           {map[string]string{"answers/b.yaml": "- id: b\n  checked: yesterday\n"}, `answers/b.yaml:2: error: "yesterday" is not a date. Write it like 2026-11-23`},
		"bad flag":           {map[string]string{"answers/b.yaml": "- id: b\n  handover: maybe\n"}, `"maybe" is neither true nor false`},
		"bad detail":         {map[string]string{"answers/b.yaml": "- id: b\n  tells: [colour]\n"}, `"colour" is not a kind of detail`},
		"not a list":         {map[string]string{"answers/b.yaml": "id: b\n"}, "answers/b.yaml:1: error: a list is expected here"},
		"alias":              {map[string]string{"answers/b.yaml": "- id: &x b\n  source: *x\n"}, "aliases (*name) are not allowed"},
		"columns":            {map[string]string{"negatives.tsv": "lang\ttext\nka\n"}, "negatives.tsv:2: error: the line has 1 columns instead of 2"},
		"unknown answer":     {map[string]string{"questions.tsv": "zzz\tka\tრა\n"}, `questions.tsv:1: error: there is no answer "zzz"`},
		"status":             {map[string]string{"commitments/c.yaml": "id: c\nstatus: done\n"}, `commitments/c.yaml:2: error: "done" is not a status`},
		"ends before start":  {map[string]string{"commitments/c.yaml": "id: c\nstart: 2024-02\nend: 2023-01\n"}, `the commitment "c" ends before it starts`},
		"village twice":      {map[string]string{"villages.yaml": "- {id: v, name: {ka: ა}}\n- {id: v, name: {ka: ბ}}\n"}, `villages.yaml:2: error: the id "v" is taken`},
		"words nobody says":  {map[string]string{"words/help.yaml": "says:\n  txt: {ka: x}\n"}, `words/help.yaml:2: error: the bot never says "help.txt"`},
		"language not known": {map[string]string{"place.yaml": "name: {sv: y}\ntimezone: Asia/Tbilisi\nlanguages: [sv]\n", "answers/a.yaml": strings.ReplaceAll(goodEntry, "ka:", "sv:")}, `the bot has no words for`},
	} {
		t.Run(name, func(t *testing.T) {
			lib, _, err := Load(folder(c.files))
			if err == nil || lib != nil {
				t.Fatal("it was loaded")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	_, problems, err := Load(folder(map[string]string{"answers/b.yaml": "- id: b\n  x: 1\n  y: 2\n", "negatives.tsv": "ka\n"}))
	if err == nil || len(problems) < 5 {
		t.Errorf("found %d mistakes: %v", len(problems), problems)
	}
}

func TestWarningsDoNotStop(t *testing.T) {
	lib, problems, err := Load(folder(map[string]string{
		"answers/b.yaml": "- id: b\n  question: {ka: რა}\n  answer: {ka: " + strings.Repeat("გრძელი ", 100) + "}\n  source: x\n",
	}))
	if err != nil || lib == nil || len(problems) != 2 {
		t.Errorf("err %v, problems %v", err, problems)
	}
}

func TestHugeFileIsRefused(t *testing.T) {
	_, _, err := Load(folder(map[string]string{"answers/b.yaml": strings.Repeat("#", maxFile+1)}))
	if err == nil || !strings.Contains(err.Error(), "Split it") {
		t.Errorf("got %v", err)
	}
}

func TestTownMayReword(t *testing.T) {
	lib, _, err := Load(folder(map[string]string{"words/hello.yaml": "says:\n  text: {ka: \"სალამი, {place}!\"}\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if got := lib.Text("ka", "hello.text"); got != "სალამი, x!" {
		t.Errorf("the bot says %q", got)
	}
	if got := lib.Text("en", "village.set", "village", "V"); !strings.Contains(got, "V") {
		t.Errorf("the bot says %q", got)
	}
}

func TestCacheKeepsEverything(t *testing.T) {
	for name, fsys := range map[string]fs.FS{"shipped": Default(), "town": os.DirFS("testdata/mziani")} {
		lib, _, err := Load(fsys)
		if err != nil {
			t.Fatal(err)
		}
		data, err := lib.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var again Library
		if err := again.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(lib, &again) {
			t.Errorf("%s: what comes back from the cache is not what was put there", name)
		}
		if err := again.UnmarshalBinary(data[:len(data)/2]); err == nil {
			t.Errorf("%s: half a cache was taken", name)
		}
	}
}

func TestFingerprintTellsChanges(t *testing.T) {
	one, err := Fingerprint(folder(nil))
	if err != nil {
		t.Fatal(err)
	}
	same, _ := Fingerprint(folder(nil))
	other, _ := Fingerprint(folder(map[string]string{"answers/a.yaml": goodEntry + " "}))
	if one != same || one == other {
		t.Error("a changed folder has the same fingerprint, or an unchanged one another")
	}
}

func TestNewFolderIsValid(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "town")
	if err := New(dir); err != nil {
		t.Fatal(err)
	}
	lib, problems, err := Load(os.DirFS(dir))
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v %v", err, problems)
	}
	if len(lib.Entries()) != 1 || len(lib.Commitments()) != 1 {
		t.Error("the new folder shows too little")
	}
	if err := New(dir); err == nil {
		t.Error("a folder with files was written into")
	}
}

// The example of the format, as it is given to writers.
func TestTheExampleIsGood(t *testing.T) {
	fsys := folder(map[string]string{
		"place.yaml": "name: {ka: ოზურგეთის მუნიციპალიტეტი, en: Ozurgeti Municipality, fr: Municipalité d'Ozurgeti}\ntimezone: Asia/Tbilisi\nlanguages: [ka, en, fr]        # the first is the default\n",
		"answers/a.yaml": `- id: pb-what
  question: {ka: რა არის მონაწილეობითი ბიუჯეტი?, en: What is participatory budgeting?}
  phrasings: {ka: [მონაწილეობითი ბიუჯეტირება], en: [citizens' budget]}   # optional, other ways to ask
  answer: {ka: ასე, en: so}
  source: https://example.org            # or a document's title; required unless handover
  checked: 2026-11-23            # when someone last looked that it is still true
  handover: false                # true: the answer is given AND staff are told
`})
	lib, _, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := lib.Entry("pb-what"); !ok || e.Question["ka"] != "რა არის მონაწილეობითი ბიუჯეტი?" || e.Phrasings["en"][0] != "citizens' budget" {
		t.Errorf("read as %+v", e)
	}
}
