package content

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"ogpbot/bot"
)

// reader decodes one YAML file and collects its mistakes.
type reader struct {
	file      string
	languages []bot.Language // allowed in texts; nil: any
	problems  *Problems
}

func (r *reader) wrong(n *yaml.Node, remedy, format string, args ...any) {
	r.add(n, false, remedy, format, args...)
}

func (r *reader) warn(n *yaml.Node, remedy, format string, args ...any) {
	r.add(n, true, remedy, format, args...)
}

func (r *reader) add(n *yaml.Node, warning bool, remedy, format string, args ...any) {
	line := 0
	if n != nil {
		line = n.Line
	}
	*r.problems = append(*r.problems, Problem{File: r.file, Line: line, Warning: warning, Text: fmt.Sprintf(format, args...), Remedy: remedy})
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse returns the top node of data, or nil after noting what is wrong.
func (r *reader) parse(data []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		at := &yaml.Node{}
		text := err.Error()
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			at.Line, _ = strconv.Atoi(m[1]) // 0 where it names none
			text = text[len(m[0]):]
		}
		r.wrong(at, "Check the indentation, the quotes and the brackets around this line", "this is not YAML: %s", text)
		return nil
	}
	if len(doc.Content) == 0 {
		r.wrong(nil, "Write something in it or delete the file", "the file is empty")
		return nil
	}
	return doc.Content[0]
}

// fields walks a mapping; each key of want decodes its own value. Unknown and repeated keys are mistakes.
func (r *reader) fields(n *yaml.Node, want map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.wrong(n, "Write it as \"key: value\" lines", "a list of keys and values is expected here")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		decode, ok := want[key.Value]
		switch {
		case seen[key.Value]:
			r.wrong(key, "Keep one of the two", "the key %q stands here twice", key.Value)
		case !ok:
			r.wrong(key, nearest(key.Value, slices.Sorted(maps.Keys(want))), "unknown key %q", key.Value)
		case value.Kind == yaml.AliasNode:
			r.wrong(value, "Write the value out", "YAML aliases (*name) are not allowed")
		default:
			decode(value)
		}
		seen[key.Value] = true
	}
}

// items walks a list.
func (r *reader) items(n *yaml.Node, each func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.wrong(n, "Start each item on its own line with \"- \"", "a list is expected here")
		return
	}
	for _, item := range n.Content {
		if item.Kind == yaml.AliasNode {
			r.wrong(item, "Write the value out", "YAML aliases (*name) are not allowed")
			continue
		}
		each(item)
	}
}

func (r *reader) str(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		r.wrong(n, "Write one line of text, in quotes if it holds a colon", "text is expected here")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func (r *reader) flag(n *yaml.Node) (v bool) {
	if n.Decode(&v) != nil {
		r.wrong(n, "Write true or false", "%q is neither true nor false", n.Value)
	}
	return v
}

// day decodes 2026-11-23.
func (r *reader) day(n *yaml.Node) time.Time {
	t, err := time.Parse(time.DateOnly, r.str(n))
	if err != nil {
		r.wrong(n, "Write it like 2026-11-23", "%q is not a date", n.Value)
	}
	return t
}

// month decodes 2023-05.
func (r *reader) month(n *yaml.Node) time.Time {
	t, err := time.Parse("2006-01", r.str(n))
	if err != nil {
		r.wrong(n, "Write it like 2023-05", "%q is not a month", n.Value)
	}
	return t
}

var idForm = regexp.MustCompile(`^[a-z0-9-]{1,24}$`)

// id decodes a short ASCII identifier: it travels in 64-byte buttons and links.
func (r *reader) id(n *yaml.Node) string {
	s := r.str(n)
	if !idForm.MatchString(s) {
		r.wrong(n, "Use 1 to 24 small Latin letters, digits and hyphens", "%q cannot be an id", s)
	}
	return s
}

func (r *reader) language(n *yaml.Node) bot.Language {
	l := bot.Language(n.Value)
	if r.languages != nil && !slices.Contains(r.languages, l) {
		r.wrong(n, fmt.Sprintf("Use one of %v, or add it to languages in place.yaml", r.languages), "the language %q is not one of this place", l)
	}
	return l
}

// perLanguage walks a mapping from language to value.
func (r *reader) perLanguage(n *yaml.Node, each func(bot.Language, *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.wrong(n, "Write it as {ka: …, en: …}", "a value for each language is expected here")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if seen[n.Content[i].Value] {
			r.wrong(n.Content[i], "Keep one of the two", "the language %q stands here twice", n.Content[i].Value)
			continue
		}
		seen[n.Content[i].Value] = true
		each(r.language(n.Content[i]), n.Content[i+1])
	}
}

// text decodes a wording in each language; the default language must be there.
func (r *reader) text(n *yaml.Node) bot.Text {
	t := bot.Text{}
	r.perLanguage(n, func(l bot.Language, v *yaml.Node) {
		if s := r.str(v); s != "" {
			t[l] = s
		}
	})
	for i, l := range r.languages {
		switch {
		case t[l] != "":
		case i == 0:
			r.wrong(n, fmt.Sprintf("Add %s: to it", l), "the default language %q is missing", l)
		default:
			r.warn(n, fmt.Sprintf("Add %s: to it; until then readers get the default language", l), "the language %q is missing", l)
		}
	}
	return t
}

// textOrString decodes a wording in each language, or one string for all.
func (r *reader) textOrString(n *yaml.Node) bot.Text {
	if n.Kind == yaml.MappingNode {
		return r.text(n)
	}
	if s := r.str(n); s != "" {
		return bot.Text{r.languages[0]: s}
	}
	return nil
}

func nearest(word string, known []string) string {
	best, at := "", 3
	for _, k := range known {
		if d := distance(word, k); d < at {
			best, at = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("Did you mean %q", best)
	}
	return "Use one of " + strings.Join(known, ", ")
}

// distance counts the edits between two short ASCII words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			last, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, last+cost)
		}
	}
	return row[len(b)]
}
