package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/answer"
	"ogpbot/internal/config"
	"ogpbot/internal/editor"
	"ogpbot/internal/exam"
)

// Reload reads the content folder again, with what is published over it. A mistake in the folder keeps what is in use and is
// returned.
func (a *App) Reload(ctx context.Context) error { return a.editor.Reload(ctx) }

// learnOver learns the folder with versions of answers over it.
func (a *App) learnOver(_ context.Context, over []bot.Edit) (*editor.Knowledge, error) {
	defer debug.FreeOSMemory()
	know, save, err := learn(a.folder, filepath.Join(a.cfg.Data, "cache"), written(over))
	if err != nil {
		return nil, mistakes(err)
	}
	know.Library.Public = a.publicAddress()
	return &editor.Knowledge{
		Languages: know.Library.Place().Languages,
		Entries:   known(know.Library),
		Notes:     notes(know),
		Reply: func(lang bot.Language, text string) editor.Reply {
			turn, spoken := know.respond(lang, text)
			return editor.Reply{Replies: turn.Replies, Kind: turn.ReplyKind(), Entry: turn.Finding.Entry, Language: spoken}
		},
		Use: func() {
			a.knowledge.Store(know)
			save()
			debug.FreeOSMemory() // what was in use before
		},
	}, nil
}

// written is what package content takes.
func written(over []bot.Edit) (ws []content.Written) {
	for _, e := range over {
		ws = append(ws, content.Written{Entry: e.Entry, File: e.File})
	}
	return ws
}

// mistakes is err as editor.Mistakes, if nothing else than what was written is wrong.
func mistakes(err error) error {
	problems, ok := errors.AsType[content.Problems](err)
	if !ok {
		return err
	}
	found := editor.Mistakes{}
	for _, p := range problems {
		switch {
		case p.Warning:
		case p.Entry == "":
			return err
		default:
			found[p.Entry] = strings.TrimSpace(found[p.Entry] + " " + p.Text + ". " + p.Remedy + ".")
		}
	}
	return found
}

// known lists every entry with what the folder says in its place.
func known(lib *content.Library) (all []editor.Known) {
	for _, es := range [][]bot.Entry{lib.Entries(), lib.Hidden()} {
		for _, e := range es {
			at, _ := lib.At(e.ID)
			k := editor.Known{Entry: e, File: strings.TrimSuffix(strings.TrimPrefix(at, "answers/"), ".yaml"), Folder: &e}
			if was, over := lib.Folder(e.ID); over {
				k.Folder = was
			}
			all = append(all, k)
		}
	}
	return all
}

// noteKinds are the confusions that colleagues are told of.
var noteKinds = map[answer.ConfusionKind]editor.NoteKind{answer.OwnQuestion: editor.NoteOwn, answer.SharedWords: editor.NoteShared,
	answer.AlmostSame: editor.NoteAlike, answer.MixedUp: editor.NoteMixed}

// maxTaken is how many questions are named that an entry takes from others.
const maxTaken = 5

// notes finds for what an entry may be taken, and which of the questions kept in the content it would answer wrongly.
func notes(know *Knowledge) func(id string) []editor.Note {
	confusions := sync.OnceValue(know.Model.Confusions)
	marks := sync.OnceValue(func() []exam.Mark {
		var questions []exam.Question
		for _, q := range know.Library.QuestionData {
			questions = append(questions, exam.Question(q))
		}
		return exam.Take(know.Model, questions)
	})
	return func(id string) (all []editor.Note) {
		for _, m := range marks() {
			if !m.Wrong() || m.Finding.Entry != id || len(all) == maxTaken {
				continue
			}
			n := editor.Note{Kind: editor.NoteTakes, Entry: id, Text: m.Text}
			if m.ID != exam.None {
				n.Other = m.ID
			}
			all = append(all, n)
		}
		for _, c := range confusions() {
			if kind, ok := noteKinds[c.Kind]; ok && (c.Entry == id || c.Other == id) {
				all = append(all, editor.Note{Kind: kind, Entry: c.Entry, Other: c.Other, Text: c.Text})
			}
		}
		return all
	}
}

// LearnPublished is Learn with what is published in the data folder, if there is a database: what a citizen would be told.
// What does not fit the folder is left out.
func LearnPublished(ctx context.Context, cfg config.Config, log *slog.Logger) (*Knowledge, error) {
	folder, err := ContentFolder(cfg.Content)
	if err != nil {
		return nil, err
	}
	cache := filepath.Join(cfg.Data, "cache")
	if _, err := os.Stat(cache); err != nil {
		cache = ""
	}
	var over []bot.Edit
	if _, err := os.Stat(filepath.Join(cfg.Data, databaseName)); err == nil {
		c, err := Admin(cfg, log)
		if err != nil {
			return nil, err
		}
		over, err = c.Contents(ctx)
		if err = errors.Join(err, c.Close()); err != nil {
			return nil, err
		}
	}
	know, err := Learn(folder, cache, written(over)...)
	if unfit, ok := errors.AsType[editor.Mistakes](mistakes(err)); ok {
		over = slices.DeleteFunc(over, func(e bot.Edit) bool { return unfit[e.Entry.ID] != "" })
		know, err = Learn(folder, cache, written(over)...)
	}
	return know, err
}

// ExportContents puts what is published into a content folder, as content.Export does, and gives the files that changed.
func ExportContents(cfg config.Config, over []bot.Edit, dir string) ([]string, error) {
	folder, err := ContentFolder(cfg.Content)
	if err != nil {
		return nil, err
	}
	return content.Export(folder, written(over), dir)
}

// ContentFile gives what is published as one file of answers.
func ContentFile(cfg config.Config, over []bot.Edit) ([]byte, error) {
	folder, err := ContentFolder(cfg.Content)
	if err != nil {
		return nil, err
	}
	lib, _, err := content.Load(folder)
	if err != nil {
		return nil, err
	}
	var es []bot.Entry
	for _, e := range over {
		es = append(es, e.Entry)
	}
	return content.Entries(es, lib.Place().Languages), nil
}

// ContentImport is one or more files of answers.
type ContentImport struct {
	Files []ContentText
	Why   string
}

// ContentText is a file of answers.
type ContentText struct {
	Name string // as its mistakes call it; a new entry belongs into answers/ under the last part of it
	Text []byte
}

func (on operations) contentLive(ctx context.Context, _ nothing) ([]bot.Edit, error) {
	return on.app.editor.Live(ctx)
}

func (on operations) contentImport(ctx context.Context, in ContentImport) (int, error) {
	var cs []editor.Change
	for _, f := range in.Files {
		es, _, err := content.ReadEntries(f.Text, f.Name, on.app.library().Place().Languages)
		if err != nil {
			return 0, bot.Refuse("nothing was imported:\n%v", err)
		}
		for _, e := range es {
			cs = append(cs, editor.Change{Entry: e, File: strings.TrimSuffix(path.Base(filepath.ToSlash(f.Name)), ".yaml"), Why: in.Why})
		}
	}
	n, err := on.app.editor.Import(ctx, cs, bot.Account{Login: commandLine, Role: bot.RoleOwner})
	if _, wrong := errors.AsType[editor.Mistake](err); wrong {
		return 0, bot.Refuse("nothing was imported: %v", err)
	}
	return n, err
}
