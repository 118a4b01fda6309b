package console

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ogpbot/bot"
	"ogpbot/internal/editor"
)

// versionView is one version of an answer, with what it changed.
type versionView struct {
	No      string
	When    string
	By      string
	What    cell
	Why     string
	Changes []difference
	Take    string // address of the form with its words, "" for those who may only look
}

// difference is what is another in one field.
type difference struct {
	Name  string
	Lang  bot.Language
	Parts []part
}

// part is some of the words of a field.
type part struct {
	Text           string
	Added, Removed bool
	Line           bool // it stands on a line of its own
}

// versions are those of an answer, newest first, each with what it changed for citizens.
func (q *request) versions(i editor.Item, history []bot.Edit, by map[string]string) (all []versionView) {
	for at, e := range history {
		v := versionView{No: strconv.FormatUint(e.No, 10), When: q.When(e.At), By: cmp.Or(by[e.By], e.By), Why: e.Why}
		if !q.may(village) {
			v.By = "–"
		}
		switch {
		case e.Folder:
			v.What = cell{Text: q.Say("console-content.version-folder"), Badge: "plain"}
		case e.State == bot.EditDraft:
			v.What = cell{Text: q.Say("console-content.version-draft"), Badge: "warn"}
		case e.State == bot.EditDropped:
			v.What = cell{Text: q.Say("console-content.version-drop"), Badge: "plain"}
		default:
			v.What = cell{Text: q.Say("console-content.version-publish"), Badge: "good"}
		}
		if words := !e.Folder && e.State != bot.EditDropped; words {
			v.Changes = q.differences(before(i, history[at+1:]), e.Entry)
			if q.may(staffers) {
				v.Take = Path + "content/" + i.ID + "?version=" + v.No
			}
		}
		all = append(all, v)
	}
	return all
}

// before is what citizens were told before the versions that are newer than older.
func before(i editor.Item, older []bot.Edit) bot.Entry {
	for _, e := range older {
		switch {
		case e.State != bot.EditLive:
		case e.Folder && i.Folder != nil:
			return *i.Folder
		case e.Folder:
			return bot.Entry{}
		default:
			return e.Entry
		}
	}
	if i.Folder != nil { // as it is now: what it was then is not kept
		return *i.Folder
	}
	return bot.Entry{}
}

// differences are the fields in which b is another than a.
func (q *request) differences(a, b bot.Entry) (all []difference) {
	add := func(name string, lang bot.Language, parts []part) {
		if slices.ContainsFunc(parts, func(p part) bool { return p.Added || p.Removed }) {
			all = append(all, difference{name, lang, parts})
		}
	}
	for _, lang := range q.lib.Place().Languages {
		named := func(key string) string { return q.Say(key) + " (" + q.lib.Text(lang, "language.name") + ")" }
		add(named("console-content.question"), lang, diffWords(a.Question[lang], b.Question[lang]))
		add(named("console-content.answer"), lang, diffWords(a.Answer[lang], b.Answer[lang]))
		add(named("console-content.source"), lang, diffWords(a.Source[lang], b.Source[lang]))
		add(named("console-content.phrasings"), lang, diffLines(a.Phrasings[lang], b.Phrasings[lang]))
	}
	one := func(key, was, is string) {
		if was != is {
			add(q.Say(key), q.lang, []part{{Text: was, Removed: true}, {Text: " "}, {Text: is, Added: true}})
		}
	}
	yes := func(set bool) string {
		if set {
			return q.Say("console.yes")
		}
		return "–"
	}
	one("console-content.checked", q.Day(a.Checked), q.Day(b.Checked))
	one("console-content.handover", yes(a.Handover), yes(b.Handover))
	one("console-content.asks", yes(a.Asks), yes(b.Asks))
	one("console-content.promises", yes(a.Promises), yes(b.Promises))
	one("console-content.hidden", yes(a.Hidden), yes(b.Hidden))
	one("console-content.tells", q.tells(a), q.tells(b))
	return all
}

// tells lists what an answer holds.
func (q *request) tells(e bot.Entry) string {
	if e.Tells == nil {
		return q.Say("console-content.tells-auto")
	}
	var names []string
	for _, d := range e.Tells {
		names = append(names, q.Say("console-content.tells-"+string(d)))
	}
	if len(names) == 0 {
		return "–"
	}
	return strings.Join(names, ", ")
}

// diffLines is which lines went and which came.
func diffLines(a, b []string) (parts []part) {
	for _, line := range a {
		if !slices.Contains(b, line) {
			parts = append(parts, part{Text: line, Removed: true, Line: true})
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			parts = append(parts, part{Text: line, Added: true, Line: true})
		}
	}
	return parts
}

// maxCells bounds the work of one comparison: two answers of 500 words each.
const maxCells = 250_000

// diffWords is b with the words of a that went, by the longest common subsequence of words.
func diffWords(a, b string) (parts []part) {
	if a == b {
		return nil
	}
	was, is := strings.SplitAfter(a, " "), strings.SplitAfter(b, " ")
	if len(was)*len(is) > maxCells {
		return []part{{Text: a, Removed: true}, {Text: " "}, {Text: b, Added: true}}
	}
	common := make([][]int32, len(was)+1) // of the ends
	for i := range common {
		common[i] = make([]int32, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); strings.TrimSpace(was[i]) == strings.TrimSpace(is[j]) {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	add := func(text string, added, removed bool) {
		if last := len(parts) - 1; last >= 0 && parts[last].Added == added && parts[last].Removed == removed {
			parts[last].Text += text
			return
		}
		parts = append(parts, part{Text: text, Added: added, Removed: removed})
	}
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		switch {
		case i < len(was) && j < len(is) && strings.TrimSpace(was[i]) == strings.TrimSpace(is[j]):
			add(is[j], false, false)
			i, j = i+1, j+1
		case i < len(was) && (j == len(is) || common[i+1][j] >= common[i][j+1]):
			add(was[i], false, true)
			i++
		default:
			add(is[j], true, false)
			j++
		}
	}
	return parts
}
