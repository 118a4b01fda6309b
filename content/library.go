package content

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"ogpbot/bot"
)

// Library is the loaded content. It is immutable: nobody may change what it returns.
// Its fields are exported for the cache (MarshalBinary) only.
type Library struct {
	PlaceData      placeData
	Says           map[string]bot.Text
	HearsBy        map[string]map[bot.Language][]string
	EntryData      []bot.Entry
	HiddenData     []bot.Entry           // those that nobody is told
	Under          map[string]*bot.Entry // of what was written over the folder: what the folder says, nil: nothing
	Lines          map[string]string     // entry id, or "digests.CADENCE" -> FILE:LINE
	HasPlan        bool
	PlanData       bot.Plan
	CommitmentData []bot.Commitment
	VillageData    []bot.Village
	NegativeData   []Negative
	QuestionData   []Question
	Lexicon        []Form
	Towns          []string // names of other places
	Public         string   // address of our own pages without a slash at its end; set by whoever serves them

	place       bot.Place
	entries     map[string]bot.Entry
	commitments map[string]bot.Commitment
	villages    map[string]bot.Village
}

type placeData struct {
	Name      bot.Text
	Zone      string
	Languages []bot.Language
	Digests   map[bot.Cadence]string
	Quiet     bot.Quiet
	CaseDays  map[bot.CaseKind]int
	Keep      bot.Keep
	Stale     int
}

var _ bot.Library = (*Library)(nil)

// index builds what is looked up; the zone was checked when it was read.
func (l *Library) index() {
	zone, err := time.LoadLocation(l.PlaceData.Zone)
	if err != nil {
		zone = time.UTC
	}
	l.place = bot.Place{Name: l.PlaceData.Name, Zone: zone, Languages: l.PlaceData.Languages, Digests: l.PlaceData.Digests, Quiet: l.PlaceData.Quiet,
		CaseDays: l.PlaceData.CaseDays, Keep: l.PlaceData.Keep, Stale: l.PlaceData.Stale}
	l.entries = make(map[string]bot.Entry, len(l.EntryData))
	for _, e := range l.EntryData {
		l.entries[e.ID] = e
	}
	l.commitments = make(map[string]bot.Commitment, len(l.CommitmentData))
	for _, c := range l.CommitmentData {
		l.commitments[c.ID] = c
	}
	l.villages = make(map[string]bot.Village, len(l.VillageData))
	for _, v := range l.VillageData {
		l.villages[v.ID] = v
	}
}

// Place implements bot.Library.
func (l *Library) Place() bot.Place { return l.place }

// Text implements bot.Library.
func (l *Library) Text(lang bot.Language, key string, pairs ...string) string {
	said := l.Says[key].In(lang, l.place.Languages[0])
	if !strings.Contains(said, "{") {
		return said
	}
	args := []string{"{place}", l.place.Name.In(lang, l.place.Languages[0]), "{address}", l.Public}
	for i := 0; i+1 < len(pairs); i += 2 {
		args = append(args, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(args...).Replace(said)
}

// Entry implements bot.Library.
func (l *Library) Entry(id string) (bot.Entry, bool) { e, ok := l.entries[id]; return e, ok }

// Plan implements bot.Library.
func (l *Library) Plan() (bot.Plan, bool) { return l.PlanData, l.HasPlan }

// Commitments implements bot.Library.
func (l *Library) Commitments() []bot.Commitment { return l.CommitmentData }

// Commitment implements bot.Library.
func (l *Library) Commitment(id string) (bot.Commitment, bool) {
	c, ok := l.commitments[id]
	return c, ok
}

// Villages implements bot.Library.
func (l *Library) Villages() []bot.Village { return l.VillageData }

// Village implements bot.Library.
func (l *Library) Village(id string) (bot.Village, bool) { v, ok := l.villages[id]; return v, ok }

// Entries gives every approved answer, in the order of the files.
func (l *Library) Entries() []bot.Entry { return l.EntryData }

// Hidden gives the entries that are kept and that nobody is told.
func (l *Library) Hidden() []bot.Entry { return l.HiddenData }

// Folder gives what the folder itself says where something was written over it: nil if it says nothing. over is false where
// nothing was.
func (l *Library) Folder(id string) (e *bot.Entry, over bool) { e, over = l.Under[id]; return e, over }

// Hears gives what people say for an intent, by the intent's name and language.
func (l *Library) Hears() map[string]map[bot.Language][]string { return l.HearsBy }

// At gives the file and the line of what Lines names; 0 and "" where it is not known.
func (l *Library) At(what string) (file string, line int) {
	file, at, _ := strings.Cut(l.Lines[what], ":")
	line, _ = strconv.Atoi(at)
	return file, line
}

// Keys gives every key of the bot's words, for checks.
func (l *Library) Keys() map[string]bot.Text { return l.Says }

// Fingerprint tells one state of a folder, of what was written over it and of the program's own words from another.
func Fingerprint(fsys fs.FS, over ...Written) ([sha256.Size]byte, error) {
	h := sha256.New()
	for _, w := range over {
		fmt.Fprintf(h, "%s\x00%s\x00", w.File, w.Digest())
	}
	for _, root := range []fs.FS{embedded, fsys} {
		err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(root, name)
			fmt.Fprintf(h, "%s\x00%d\x00", name, len(data))
			h.Write(data)
			return err
		})
		if err != nil {
			return [sha256.Size]byte{}, fmt.Errorf("content: read the folder: %w", err)
		}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// snapshot is a Library without its methods, which would call themselves.
type snapshot Library

// MarshalBinary makes a copy for a cache beside the database. It is JSON, which keeps an empty list
// apart from none: Entry.Tells needs that.
func (l *Library) MarshalBinary() ([]byte, error) {
	data, err := json.Marshal((*snapshot)(l))
	if err != nil {
		return nil, fmt.Errorf("content: encode the cache: %w", err)
	}
	return data, nil
}

// UnmarshalBinary reads a copy that the same version of the program made of the same folder.
func (l *Library) UnmarshalBinary(data []byte) error {
	if err := json.Unmarshal(data, (*snapshot)(l)); err != nil {
		return fmt.Errorf("content: decode the cache: %w", err)
	}
	if len(l.PlaceData.Languages) == 0 {
		return errors.New("content: the cache holds no place")
	}
	l.index()
	return nil
}
