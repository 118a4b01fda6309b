// Package exam marks what a bot.Finder says to questions whose right answer is known.
//
// It imports bot only. It is what `ogpbot content test` prints and what the tests of
// package answer assert, so that both count alike.
package exam

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"ogpbot/bot"
)

// Right answers that are no entry's id.
const (
	None = "none" // must not be answered
	Hard = "hard" // the topic is known, the detail that is asked for is not: must not be answered as if it were
)

// Question is one line of a question file.
type Question struct {
	ID       string // the entry it must get, None or Hard
	Language bot.Language
	Text     string
}

// Mark is what one question got.
type Mark struct {
	Question
	Finding bot.Finding
	Slice   string // "ka", "ka latin", "en", ...
}

// Right says whether the first suggestion is the right entry.
func (m Mark) Right() bool { return m.rank() == 1 }

// Answered says whether an answer was given for what was asked, without "that detail I do not know".
func (m Mark) Answered() bool {
	return m.Finding.Outcome == bot.FoundAnswer && (m.ID != Hard || m.Finding.Missing == "")
}

// Wrong says whether the citizen was told something that does not answer them.
func (m Mark) Wrong() bool {
	return m.Answered() && m.Finding.Entry != m.ID
}

func (m Mark) rank() int { return slices.Index(m.Finding.Suggestions, m.ID) + 1 }

// Take asks every question.
func Take(f bot.Finder, qs []Question) []Mark {
	marks := make([]Mark, 0, len(qs))
	for _, q := range qs {
		found := f.Find(q.Text, q.Language)
		marks = append(marks, Mark{q, found, slice(q, found)})
	}
	return marks
}

// slice names the language and the script that the question is written in.
func slice(q Question, found bot.Finding) string {
	georgian := strings.ContainsFunc(q.Text, func(r rune) bool { return r >= 0x10d0 && r <= 0x10ff })
	lang := cmp.Or(q.Language, found.Language)
	if lang == "ka" && !georgian {
		return "ka latin"
	}
	return string(lang)
}

// Score counts the marks of one slice. Shares are of the questions of their kind.
type Score struct {
	Known, Top1, Top3, AtOnce, Wrong, Partial int // questions that have an entry
	None, NoneAnswered                        int
	Hard, HardAnswered                        int
}

// Count adds up marks.
func Count(marks []Mark) (s Score) {
	one := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	for _, m := range marks {
		switch m.ID {
		case None:
			s.None++
			s.NoneAnswered += one(m.Answered())
		case Hard:
			s.Hard++
			s.HardAnswered += one(m.Answered())
		default:
			s.Known++
			s.Top1 += one(m.Right())
			s.Top3 += one(m.rank() > 0)
			s.AtOnce += one(m.Answered() && !m.Wrong())
			s.Wrong += one(m.Wrong())
			s.Partial += one(m.Finding.Outcome == bot.FoundAnswer && m.Finding.Missing != "")
		}
	}
	return s
}

// Share is part/of, 0 where there is nothing.
func Share(part, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(part) / float64(of)
}

// Wilson is the 95 % interval of a share.
func Wilson(part, of int) (low, high float64) {
	if of == 0 {
		return 0, 1
	}
	const z = 1.96
	n, p := float64(of), Share(part, of)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

// Print writes the wrong answers first, then what was not found, then a table with a row per slice.
func Print(w io.Writer, marks []Mark) error {
	for _, m := range marks {
		if m.Wrong() {
			fmt.Fprintf(w, "wrong: %q must get %s, was answered with %s (%.2f)\n", m.Text, m.ID, m.Finding.Entry, m.Finding.Score)
		}
	}
	for _, m := range marks {
		if m.ID != None && m.ID != Hard && m.rank() == 0 {
			fmt.Fprintf(w, "missed: %q must get %s, was offered %s\n", m.Text, m.ID, strings.Join(m.Finding.Suggestions, ", "))
		}
	}
	bySlice := map[string][]Mark{}
	for _, m := range marks {
		bySlice[m.Slice] = append(bySlice[m.Slice], m)
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range bySlice {
			if !yield(name) {
				return
			}
		}
	})
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tquestions\tfirst\tin three\tanswered right\twrong\tdetail missing\tout of scope\tanswered\thard\tanswered")
	row := func(name string, s Score) {
		fmt.Fprintf(t, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%d\t%.3f\t%d\t%.3f\n", name, s.Known, Share(s.Top1, s.Known), Share(s.Top3, s.Known),
			Share(s.AtOnce, s.Known), Share(s.Wrong, s.Known), Share(s.Partial, s.Known), s.None, Share(s.NoneAnswered, s.None), s.Hard, Share(s.HardAnswered, s.Hard))
	}
	for _, name := range names {
		row(name, Count(bySlice[name]))
	}
	row("all", Count(marks))
	return t.Flush()
}
