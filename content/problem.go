package content

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a content folder.
type Problem struct {
	File    string // relative to the folder
	Line    int    // from 1; 0 when the whole file is meant
	Entry   string // ID of what was written over the folder and is wrong; then there is no File
	Warning bool   // the content works, but a citizen would be served better without it
	Text    string // what is wrong
	Remedy  string // what to do
}

// String is "FILE:LINE: error: TEXT. REMEDY".
func (p Problem) String() string {
	where, level := p.File, "error"
	switch {
	case p.Entry != "":
		where = "the answer " + p.Entry
	case p.Line > 0:
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Warning {
		level = "warning"
	}
	return fmt.Sprintf("%s: %s: %s. %s.", where, level, p.Text, p.Remedy)
}

// Problems is every mistake found. As an error it holds at least one that is no warning.
type Problems []Problem

// Error is a line per mistake, warnings left out.
func (ps Problems) Error() string {
	var lines []string
	for _, p := range ps {
		if !p.Warning {
			lines = append(lines, p.String())
		}
	}
	return strings.Join(lines, "\n")
}

// err returns ps as an error, or nil if there are only warnings.
func (ps Problems) err() error {
	if slices.ContainsFunc(ps, func(p Problem) bool { return !p.Warning }) {
		return ps
	}
	return nil
}

func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
}
