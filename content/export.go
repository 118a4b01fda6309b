package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"ogpbot/bot"
	"ogpbot/internal/durable"
)

// Export puts what was written into the answers of the folder dir: each entry where the one with its ID stands, and a new one
// at the end of its file. All else, remarks between entries too, stays as it is. If there is no dir, or nothing in it, it
// becomes a copy of fsys first. It gives the files that it wrote, relative to dir.
func Export(fsys fs.FS, over []Written, dir string) (written []string, err error) {
	switch inside, err := os.ReadDir(dir); {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(inside) == 0:
		if err := os.CopyFS(dir, fsys); err != nil {
			return nil, fmt.Errorf("copy the content folder: %w", err)
		}
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read: name a folder, or a file that ends in .yaml: %w", dir, err)
	}
	target := os.DirFS(dir)
	was, _, err := Load(target)
	if err != nil {
		return nil, fmt.Errorf("%s is no content folder without mistakes, so nothing is written there: %w", dir, err)
	}
	files, langs := map[string][]Written{}, was.Place().Languages
	for _, w := range over {
		file := "answers/" + w.File + ".yaml"
		if at, _ := was.At(w.ID); at != "" {
			file = at
		}
		files[file] = append(files[file], w)
	}
	for file, ws := range files {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return written, fmt.Errorf("read %s: %w", file, err)
		}
		text, err := spliced(old, file, ws, langs)
		if err != nil {
			return written, err
		}
		if bytes.Equal(text, old) {
			continue
		}
		if err := replaceFile(dir, file, text); err != nil {
			return written, fmt.Errorf("write %s: %w", file, err)
		}
		written = append(written, file)
	}
	slices.Sort(written)
	return written, nil
}

// replaceFile writes a file of dir whole or not at all.
func replaceFile(dir, file string, text []byte) error {
	file = filepath.Join(dir, filepath.FromSlash(file))
	return durable.Write(file, 0o644, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// spliced is a file of answers with ws in it. A file that is laid out otherwise than as a list of blocks is written anew.
func spliced(old []byte, file string, ws []Written, langs []bot.Language) ([]byte, error) {
	want, err := entriesOrNone(old, file, langs)
	if err != nil {
		return nil, err
	}
	var changed []bot.Entry
	for _, w := range ws {
		at := slices.IndexFunc(want, func(e bot.Entry) bool { return e.ID == w.ID })
		switch {
		case at < 0:
			want, changed = append(want, w.Entry), append(changed, w.Entry)
		case want[at].Digest() != w.Digest():
			want[at], changed = w.Entry, append(changed, w.Entry)
		}
	}
	text := splice(old, changed, langs)
	if got, err := entriesOrNone(text, file, langs); err == nil && slices.EqualFunc(got, want, func(a, b bot.Entry) bool { return a.Digest() == b.Digest() }) {
		return text, nil
	}
	return Entries(want, langs), nil
}

// entriesOrNone is ReadEntries for a file that may be empty.
func entriesOrNone(data []byte, file string, langs []bot.Language) ([]bot.Entry, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil
	}
	es, _, err := ReadEntries(data, file, langs)
	return es, err
}

// splice puts entries into the text of a list, line by line.
func splice(old []byte, es []bot.Entry, langs []bot.Language) []byte {
	var doc yaml.Node
	lines := strings.SplitAfter(strings.TrimRight(string(old), "\n")+"\n", "\n")
	lines = lines[:len(lines)-1]
	if err := yaml.Unmarshal(old, &doc); err != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.SequenceNode {
		return append(bytes.Clone(old), Entries(es, langs)...)
	}
	list := doc.Content[0]
	margin := strings.Repeat(" ", list.Column-1)
	text := func(e bot.Entry) []string {
		all := strings.SplitAfter(string(Entries([]bot.Entry{e}, langs)), "\n")
		for i := range all[:len(all)-1] {
			all[i] = margin + all[i]
		}
		return all[:len(all)-1]
	}
	var starts []int // of the items, counted from 0
	for _, item := range list.Content {
		at := item.Line - 1
		for at > 0 && !strings.HasPrefix(lines[at], margin+"-") {
			at--
		}
		starts = append(starts, at)
	}
	starts = append(starts, len(lines))
	for i, item := range slices.Backward(list.Content) { // from the end, so that what comes before stays where it is
		for _, e := range es {
			if idOf(item) != e.ID {
				continue
			}
			end := starts[i+1]
			for end > starts[i]+1 && remark(lines[end-1], margin) {
				end--
			}
			lines = slices.Replace(lines, starts[i], end, text(e)...)
		}
	}
	for _, e := range es {
		if !slices.ContainsFunc(list.Content, func(item *yaml.Node) bool { return idOf(item) == e.ID }) {
			lines = append(lines, text(e)...)
		}
	}
	return []byte(strings.Join(lines, ""))
}

// remark tells whether a line stands between two entries: it is empty, or a remark that is not further in than they are.
func remark(line, margin string) bool {
	return strings.TrimSpace(line) == "" || strings.HasPrefix(line, margin+"#")
}

// idOf is the ID of an entry that was parsed.
func idOf(item *yaml.Node) string {
	for i := 0; i+1 < len(item.Content); i += 2 {
		if item.Content[i].Value == "id" {
			return strings.TrimSpace(item.Content[i+1].Value)
		}
	}
	return ""
}
