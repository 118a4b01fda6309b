package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"ogpbot/bot"
	"ogpbot/bot/intents"
	"ogpbot/content"
	"ogpbot/internal/answer"
	"ogpbot/internal/durable"
)

// Knowledge is one checked state of the content, the model trained on it, and the bot that speaks from both.
type Knowledge struct {
	Library *content.Library
	Model   *answer.Model
	Bot     *bot.Bot
}

// ContentFolder opens the folder at path, or the one that ships with the program if path is "".
func ContentFolder(path string) (fs.FS, error) {
	if path == "" {
		return content.Default(), nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("there is no content folder at %s: check --content", path)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file: name the content folder that holds place.yaml", path)
	}
	return os.DirFS(path), nil
}

// Learn reads the folder, with what was written over it, and trains the model. With a cache folder that exists, an unchanged
// content is taken from there and a changed one is put there; what is wrong with the cache never matters.
func Learn(fsys fs.FS, cache string, over ...content.Written) (*Knowledge, error) {
	know, save, err := learn(fsys, cache, over)
	if err == nil {
		save()
	}
	return know, err
}

// learn is Learn, and leaves it to save to change the cache.
func learn(fsys fs.FS, cache string, over []content.Written) (know *Knowledge, save func(), err error) {
	print, err := content.Fingerprint(fsys, over...)
	if err != nil {
		return nil, nil, err
	}
	key := cacheKey(print)
	if lib, model, err := readCache(cache, key); err == nil {
		know, err = speak(lib, model)
		return know, func() {}, err
	}
	lib, _, err := content.Load(fsys, over...)
	if err != nil {
		return nil, nil, fmt.Errorf("the content has mistakes; `ogpbot content check` lists them with what to do:\n%w", err)
	}
	model, err := answer.Train(Corpus(lib))
	if err != nil {
		return nil, nil, err
	}
	know, err = speak(lib, model)
	return know, func() { writeCache(cache, key, lib, model) }, err
}

func speak(lib *content.Library, model *answer.Model) (*Knowledge, error) {
	b, err := bot.New(lib, model, intents.All()...)
	if err != nil {
		return nil, err
	}
	return &Knowledge{lib, model, b}, nil
}

// Corpus is what the model is trained on.
func Corpus(lib *content.Library) answer.Corpus {
	c := answer.Corpus{
		Languages: lib.Place().Languages,
		Entries:   lib.Entries(),
		Hears:     lib.Hears(),
		Villages:  lib.Villages(),
		Towns:     lib.Towns,
	}
	for _, n := range lib.NegativeData {
		c.Negatives = append(c.Negatives, answer.Negative(n))
	}
	for _, f := range lib.Lexicon {
		c.Concepts = append(c.Concepts, answer.Form(f))
	}
	return c
}

const cacheName = "knowledge"

var errNoCache = errors.New("no cache")

// cacheKey is the content's fingerprint and that of the program itself: another build may learn differently.
func cacheKey(print [sha256.Size]byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(print[:])
	if exe, err := os.Executable(); err == nil {
		if info, err := os.Stat(exe); err == nil {
			fmt.Fprint(h, info.Size(), info.ModTime().UnixNano())
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// readCache reads KEY, SHA-256 of the rest, length of the library, library, model.
func readCache(folder string, key [sha256.Size]byte) (*content.Library, *answer.Model, error) {
	if folder == "" {
		return nil, nil, errNoCache
	}
	data, err := os.ReadFile(filepath.Join(folder, cacheName))
	if err != nil {
		return nil, nil, err
	}
	const head = 2 * sha256.Size
	if len(data) < head+8 || !bytes.Equal(data[:sha256.Size], key[:]) {
		return nil, nil, errNoCache
	}
	if sum := sha256.Sum256(data[head:]); !bytes.Equal(sum[:], data[sha256.Size:head]) {
		return nil, nil, errNoCache
	}
	size := binary.BigEndian.Uint64(data[head:])
	body := data[head+8:]
	if size > uint64(len(body)) {
		return nil, nil, errNoCache
	}
	lib := &content.Library{}
	if err := lib.UnmarshalBinary(body[:size]); err != nil {
		return nil, nil, err
	}
	model, err := answer.Unmarshal(body[size:], Corpus(lib))
	return lib, model, err
}

// writeCache replaces the cache whole or not at all. Failing costs only the time to train again.
func writeCache(folder string, key [sha256.Size]byte, lib *content.Library, model *answer.Model) {
	if folder == "" {
		return
	}
	words, err := lib.MarshalBinary()
	if err != nil {
		return
	}
	weights, err := model.MarshalBinary()
	if err != nil {
		return
	}
	body := binary.BigEndian.AppendUint64(nil, uint64(len(words)))
	body = append(append(body, words...), weights...)
	sum := sha256.Sum256(body)
	_ = durable.Write(filepath.Join(folder, cacheName), 0o600, func(w io.Writer) error {
		_, err := w.Write(slices.Concat(key[:], sum[:], body))
		return err
	})
}
