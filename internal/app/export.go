package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/export"
	"ogpbot/internal/redact"
	"ogpbot/internal/store"
	"ogpbot/internal/web"
)

// ExportQuery is a list to be exported, as the command line has it.
type ExportQuery struct {
	List      string
	Format    string
	Language  bot.Language
	Village   string
	Since     string // "2006-01-02" in the place's time zone; "": from the beginning
	Integrity bool   // integrity cases, too
}

// An export is a stream, so it goes over the socket in a way of its own: the file, and in the trailer whether it is whole.
const (
	exportPath    = "/export"
	exportRows    = "X-Rows"    // trailer
	exportTrouble = "X-Trouble" // trailer: the JSON of a bot.Refusal
)

// Export writes a list into w and returns how many rows it has. After an error what was written is no whole file.
func (c *AdminClient) Export(ctx context.Context, q ExportQuery, w io.Writer) (rows int, err error) {
	if c.local != nil {
		return c.local.export(ctx, q, w)
	}
	return c.stream(ctx, exportPath, q, w)
}

func (a *App) export(ctx context.Context, q ExportQuery, w io.Writer) (rows int, err error) {
	var since time.Time
	if q.Since != "" {
		if since, err = time.ParseInLocation(time.DateOnly, q.Since, a.library().Place().Zone); err != nil {
			return 0, bot.RefuseWrong("%q is no day; write it like 2026-12-01", q.Since)
		}
	}
	t, err := export.New(export.Config{Store: a.store, Library: a.library}).Table(ctx, export.Query{List: export.List(q.List),
		Scope: bot.Scope{All: true, Integrity: q.Integrity}, Language: q.Language, Village: q.Village, Since: since})
	if err != nil {
		return 0, err
	}
	object := q.List + "." + q.Format
	if err := a.store.Update(ctx, func(tx store.Tx) error {
		return tx.Trail.Append(bot.Audit{At: time.Now().UTC(), Login: commandLine, Act: "export", Object: object})
	}); err != nil {
		return 0, fmt.Errorf("note an export: %w", err)
	}
	return export.Write(w, export.Format(q.Format), t)
}

func (a *App) serveExport(w http.ResponseWriter, r *http.Request) { serveStream(a, a.export, w, r) }

// serveStream answers AdminClient.stream with what do writes.
func serveStream[Query any](a *App, do func(context.Context, Query, io.Writer) (rows int, err error), w http.ResponseWriter, r *http.Request) {
	var q Query
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	w.Header().Set("Trailer", exportRows+", "+exportTrouble)
	rows, err := do(r.Context(), q, web.Stream(w))
	if err != nil {
		refusal, ok := errors.AsType[bot.Refusal](err)
		if !ok {
			refusal.Sentence = redact.Error(err, a.cfg.Secrets()...).Error()
		}
		said, _ := json.Marshal(refusal) // two plain fields
		w.Header().Set(exportTrouble, string(said))
	}
	w.Header().Set(exportRows, strconv.Itoa(rows))
}

// stream has the program that runs write a file into w.
func (c *AdminClient) stream(ctx context.Context, path string, q any, w io.Writer) (rows int, err error) {
	body, err := json.Marshal(q)
	if err != nil {
		return 0, fmt.Errorf("encode what is asked for: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://ogpbot"+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	stream := *c.remote
	stream.Timeout = 0 // a long list takes its time; whoever runs the command sees that it grows, and can end it
	reply, err := stream.Do(r)
	if err != nil {
		return 0, errNoReply
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return 0, errOtherVersion
	}
	if _, err := io.Copy(w, reply.Body); err != nil {
		return 0, fmt.Errorf("the export broke off, and its file is not whole: %w", err)
	}
	if said := reply.Trailer.Get(exportTrouble); said != "" {
		var refusal bot.Refusal
		if err := json.Unmarshal([]byte(said), &refusal); err != nil {
			return 0, errNoReply
		}
		return 0, refusal
	}
	if rows, err = strconv.Atoi(reply.Trailer.Get(exportRows)); err != nil {
		return 0, errNoReply
	}
	return rows, nil
}
