package content

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Asia/Tbilisi on a machine without time zones

	"go.yaml.in/yaml/v4"

	"ogpbot/bot"
)

//go:embed words lexicon.tsv negatives.tsv towns.txt ozurgeti blank
var embedded embed.FS

// maxFile bounds one content file, in bytes: 500 answers of 25 phrasings are about 3 MB.
const maxFile = 16 << 20

// Default is the folder that ships with the program.
func Default() fs.FS {
	sub, err := fs.Sub(embedded, "ozurgeti")
	if err != nil {
		return embedded // not reached: the name is valid and embedded above
	}
	return sub
}

// loader reads one folder into a Library.
type loader struct {
	fsys     fs.FS
	lib      *Library
	problems Problems
}

// Load reads and checks the folder, with what was written over its answers. On an error the Library is nil and the error
// is Problems with every mistake; otherwise warnings may be left.
func Load(fsys fs.FS, over ...Written) (*Library, Problems, error) {
	l := &loader{fsys: fsys, lib: &Library{Lines: map[string]string{}, Under: map[string]*bot.Entry{}}}
	l.base()
	if l.place() {
		l.words(fsys, "words", l.lib.PlaceData.Languages)
		l.villages()
		l.plan()
		l.commitments()
		l.answers(over)
		l.negatives()
		l.questions()
		l.complete()
	}
	l.problems.sort()
	if err := l.problems.err(); err != nil {
		return nil, l.problems, err
	}
	l.lib.index()
	return l.lib, l.problems, nil
}

// base loads what every place shares: the words of the dialogue and the lexicon.
func (l *loader) base() {
	l.words(embedded, "words", nil)
	l.lexicon()
	l.towns()
}

// read returns the file's bytes; ok is false if it is not there or cannot be used.
func (l *loader) read(fsys fs.FS, name string) (data []byte, ok bool) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, false
	}
	wrong := func(remedy, text string) {
		l.problems = append(l.problems, Problem{File: name, Text: text, Remedy: remedy})
	}
	if info.Size() > maxFile {
		wrong("Split it into several files", fmt.Sprintf("the file has %d MB, more than %d", info.Size()>>20, maxFile>>20))
		return nil, false
	}
	if data, err = fs.ReadFile(fsys, name); err != nil {
		wrong("Check that the file can be read", "the file cannot be read")
		return nil, false
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), true
}

// file decodes the YAML file, if it is there, with decode.
func (l *loader) file(fsys fs.FS, name string, langs []bot.Language, decode func(*reader, *yaml.Node)) (found bool) {
	data, ok := l.read(fsys, name)
	if !ok {
		return false
	}
	r := &reader{file: name, languages: langs, problems: &l.problems}
	if top := r.parse(data); top != nil {
		decode(r, top)
	}
	return true
}

// folder decodes every .yaml file of dir, in the order of their names.
func (l *loader) folder(fsys fs.FS, dir string, langs []bot.Language, decode func(name string, r *reader, top *yaml.Node)) (files int) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return 0
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		stem, isYAML := strings.CutSuffix(e.Name(), ".yaml")
		switch {
		case e.IsDir() || strings.HasPrefix(e.Name(), "."):
		case !isYAML:
			l.problems = append(l.problems, Problem{File: name, Warning: true, Text: "this file is not read", Remedy: "Call it something.yaml or take it out of the folder"})
		default:
			l.file(fsys, name, langs, func(r *reader, n *yaml.Node) { decode(stem, r, n) })
			files++
		}
	}
	return files
}

func (l *loader) place() bool {
	before := len(l.problems)
	p := &l.lib.PlaceData
	p.Digests = map[bot.Cadence]string{bot.CadenceWeekly: weekly, bot.CadenceMonthly: monthly}
	p.Quiet = bot.Quiet{From: 21 * time.Hour, To: 9 * time.Hour}
	p.CaseDays = map[bot.CaseKind]int{}
	for _, kind := range bot.CaseKinds {
		p.CaseDays[kind] = caseDays
	}
	p.Keep = bot.Keep{Conversations: keepConversations, Cases: keepCases, Recipients: keepRecipients, Audit: keepAudit}
	p.Stale = staleMonths
	found := l.file(l.fsys, "place.yaml", nil, func(r *reader, n *yaml.Node) {
		var nameAt *yaml.Node
		r.fields(n, map[string]func(*yaml.Node){
			"name":     func(v *yaml.Node) { nameAt = v },
			"timezone": func(v *yaml.Node) { p.Zone = r.zone(v) },
			"languages": func(v *yaml.Node) {
				r.items(v, func(v *yaml.Node) { p.Languages = append(p.Languages, bot.Language(r.str(v))) })
			},
			"digests": func(v *yaml.Node) { l.digests(r, v) },
			"quiet":   func(v *yaml.Node) { p.Quiet = r.quiet(v) },
			"answer-days": func(v *yaml.Node) {
				each := map[string]func(*yaml.Node){}
				for _, kind := range bot.CaseKinds {
					each[string(kind)] = func(v *yaml.Node) { p.CaseDays[kind] = r.days(v) }
				}
				r.fields(v, each)
			},
			"keep-days": func(v *yaml.Node) {
				r.fields(v, map[string]func(*yaml.Node){
					"conversations": func(v *yaml.Node) { p.Keep.Conversations = r.days(v) },
					"cases":         func(v *yaml.Node) { p.Keep.Cases = r.days(v) },
					"recipients":    func(v *yaml.Node) { p.Keep.Recipients = r.days(v) },
					"audit":         func(v *yaml.Node) { p.Keep.Audit = r.days(v) },
				})
			},
			"stale-months": func(v *yaml.Node) { p.Stale = r.months(v) },
		})
		switch {
		case len(p.Languages) == 0:
			r.wrong(n, "Add languages: [ka, en, fr]; the first is the default", "the languages are missing")
		case nameAt == nil:
			r.wrong(n, "Add name: {ka: …}", "the name is missing")
		default:
			r.languages = p.Languages
			p.Name = r.text(nameAt)
		}
		if p.Zone == "" {
			r.wrong(n, "Add timezone: Asia/Tbilisi", "the time zone is missing")
		}
	})
	if !found {
		l.problems = append(l.problems, Problem{File: "place.yaml", Text: "the file is missing", Remedy: "Write one with name, timezone and languages; this folder may be the wrong one"})
	}
	return len(l.problems) == before
}

// When digests go out unless place.yaml says otherwise: Monday, and the first of the month, in the morning.
const (
	weekly  = "0 10 * * 1"
	monthly = "0 10 1 * *"
)

// Days, unless place.yaml says otherwise.
const (
	caseDays          = 10
	keepConversations = 180
	keepCases         = 730
	keepRecipients    = 365
	keepAudit         = 1095
)

// days reads a number of days.
func (r *reader) days(n *yaml.Node) int {
	days, err := strconv.Atoi(r.str(n))
	if err != nil || days < 1 || days > 3650 {
		r.wrong(n, "Write a number of days from 1 to 3650", "%q is no number of days", n.Value)
	}
	return days
}

// staleMonths is after how many months an answer is to be looked at again, unless place.yaml says otherwise.
const staleMonths = 12

// months reads a number of months.
func (r *reader) months(n *yaml.Node) int {
	months, err := strconv.Atoi(r.str(n))
	if err != nil || months < 1 || months > 120 {
		r.wrong(n, "Write a number of months from 1 to 120", "%q is no number of months", n.Value)
	}
	return months
}

// digests reads the schedules; package schedule knows whether they can be understood.
func (l *loader) digests(r *reader, n *yaml.Node) {
	one := func(c bot.Cadence) func(*yaml.Node) {
		return func(v *yaml.Node) {
			l.lib.PlaceData.Digests[c] = r.str(v)
			l.lib.Lines["digests."+string(c)] = fmt.Sprintf("%s:%d", r.file, v.Line)
		}
	}
	r.fields(n, map[string]func(*yaml.Node){
		string(bot.CadenceWeekly):  one(bot.CadenceWeekly),
		string(bot.CadenceMonthly): one(bot.CadenceMonthly),
	})
}

// quiet reads "21:00-09:00", or "none".
func (r *reader) quiet(n *yaml.Node) (q bot.Quiet) {
	s := r.str(n)
	if s == "none" {
		return q
	}
	from, to, _ := strings.Cut(s, "-")
	for text, at := range map[string]*time.Duration{from: &q.From, to: &q.To} {
		t, err := time.Parse("15:04", strings.TrimSpace(text))
		if err != nil {
			r.wrong(n, "Write it like 21:00-09:00, or none", "%q is no time of the day from and to", s)
			return bot.Quiet{}
		}
		*at = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	return q
}

func (r *reader) zone(n *yaml.Node) string {
	name := r.str(n)
	if _, err := time.LoadLocation(name); err != nil || name == "" {
		r.wrong(n, "Use a name like Asia/Tbilisi", "%q is not a time zone", name)
	}
	return name
}

// ready is the file of ready answers for staff (words/ready.yaml), to which a place may add its own.
const ready = "ready"

// words loads says and hears of every file in dir; the file's name is the intent's name.
func (l *loader) words(fsys fs.FS, dir string, langs []bot.Language) {
	lib := l.lib
	base := lib.Says != nil
	if !base {
		lib.Says, lib.HearsBy = map[string]bot.Text{}, map[string]map[bot.Language][]string{}
	}
	l.folder(fsys, dir, langs, func(intent string, r *reader, n *yaml.Node) {
		r.fields(n, map[string]func(*yaml.Node){
			"says": func(v *yaml.Node) {
				for i := 0; v.Kind == yaml.MappingNode && i+1 < len(v.Content); i += 2 {
					key := intent + "." + v.Content[i].Value
					if _, known := lib.Says[key]; base && !known && intent != ready {
						r.wrong(v.Content[i], "Look in the program's own words for the right name", "the bot never says %q", key)
					}
					lib.Says[key] = merge(lib.Says[key], r.text(v.Content[i+1]))
				}
			},
			"hears": func(v *yaml.Node) {
				by := map[bot.Language][]string{}
				r.perLanguage(v, func(lang bot.Language, v *yaml.Node) {
					r.items(v, func(v *yaml.Node) { by[lang] = append(by[lang], r.str(v)) })
				})
				lib.HearsBy[intent] = by
			},
		})
	})
}

func merge(old, new bot.Text) bot.Text {
	out := bot.Text{}
	for l, s := range old {
		out[l] = s
	}
	for l, s := range new {
		out[l] = s
	}
	return out
}

// complete looks for a language of the place in which the bot itself cannot speak.
func (l *loader) complete() {
	for key, t := range l.lib.Says {
		for _, lang := range l.lib.PlaceData.Languages {
			if t[lang] == "" {
				l.problems = append(l.problems, Problem{File: "words", Warning: lang != l.lib.PlaceData.Languages[0],
					Text: fmt.Sprintf("the bot has no words for %q in %q", key, lang), Remedy: "Add them in the folder's own words/" + strings.SplitN(key, ".", 2)[0] + ".yaml"})
			}
		}
	}
}
